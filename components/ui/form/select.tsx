import type { ComponentProps } from "react";
import { classNames } from "@/components/ui/class-names";

export type SelectOption = {
  value: string;
  label: string;
  /** Shown if another option has the same label; defaults to the value. */
  id?: string;
  /** A second line; the native list shows it behind the label. */
  description?: string;
  /** Options with the same group are listed under its name. */
  group?: string;
  /** Why the option can't be chosen. It is listed, greyed, with this reason. */
  disabledReason?: string;
};

export type SelectProps = Omit<ComponentProps<"select">, "children" | "size"> & {
  options: readonly SelectOption[];
  /** Shown while nothing is chosen; it cannot be chosen again. */
  placeholder?: string;
  size?: "md" | "sm";
  /** No border until hovered or focused: for selects in table rows. */
  quiet?: boolean;
};

/** Adds the IDs to labels that several options share. */
export function withDistinctLabels(options: readonly SelectOption[]): readonly SelectOption[] {
  const keyOf = ({ label }: SelectOption) => label.trim().toLowerCase();
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const option of options) (seen.has(keyOf(option)) ? shared : seen).add(keyOf(option));
  if (shared.size === 0) return options;
  return options.map((option) => {
    const id = option.id ?? option.value;
    return shared.has(keyOf(option)) && id !== ""
      ? { ...option, label: `${option.label} (${id})` }
      : option;
  });
}

/** The options in order, grouped by `group`; those without a group come under `undefined`. */
export function groupOptions(options: readonly SelectOption[]) {
  const groups = new Map<string | undefined, SelectOption[]>();
  for (const option of withDistinctLabels(options)) {
    const group = groups.get(option.group);
    if (group) group.push(option);
    else groups.set(option.group, [option]);
  }
  return [...groups];
}

/** Resets a value chosen before hydration, because no handler saw it. */
function resetValue(select: HTMLSelectElement | null, value: SelectProps["value"]): void {
  if (select && value !== undefined) select.value = String(value);
}

/** The browser's native select: no script, a wheel on phones, fast in thousands of rows. */
export function Select({
  options,
  placeholder,
  size = "md",
  quiet,
  className,
  ...rest
}: SelectProps) {
  return (
    <span className={classNames("relative block min-w-0", className)}>
      <select
        ref={(select) => resetValue(select, rest.value)}
        {...rest}
        className={classNames(
          "control w-full appearance-none truncate pr-7",
          size === "sm" ? "h-6 pl-2 text-sm" : "h-7.5 pl-2.25",
          quiet && "border-transparent! bg-transparent! hover:border-field-line!",
        )}
      >
        {placeholder !== undefined && (
          <option value="" disabled hidden>
            {placeholder}
          </option>
        )}
        {groupOptions(options).map(([group, members]) =>
          group === undefined ? (
            members.map(renderOption)
          ) : (
            <optgroup key={group} label={group}>
              {members.map(renderOption)}
            </optgroup>
          ),
        )}
      </select>
      <Chevron />
    </span>
  );
}

function renderOption({ value, label, description, disabledReason }: SelectOption) {
  const more = disabledReason ?? description;
  return (
    <option key={value} value={value} disabled={disabledReason !== undefined}>
      {more ? `${label} — ${more}` : label}
    </option>
  );
}

function Chevron() {
  return (
    <svg
      viewBox="0 0 16 16"
      aria-hidden="true"
      className="pointer-events-none absolute top-1/2 right-2 size-3.5 -translate-y-1/2 text-ink-3"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
    >
      <path d="m4 6 4 4 4-4" />
    </svg>
  );
}
