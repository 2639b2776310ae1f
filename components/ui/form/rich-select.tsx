"use client";

import * as Radix from "radix-ui/select";
import type { FieldControl } from "./field";
import { groupOptions, type SelectOption, withDistinctLabels } from "./select";

export type RichSelectProps = Partial<FieldControl> & {
  value: string;
  onValueChange: (value: string) => void;
  options: readonly SelectOption[];
  placeholder?: string;
  disabled?: boolean;
  name?: string;
  "aria-label"?: string;
};

/**
 * A select whose options have a second line. Takes 33 kB of script: load it with its sheet or
 * dialog, and use `Select` in tables and on first screens.
 */
export function RichSelect(props: RichSelectProps) {
  const { value, onValueChange, options, placeholder, disabled, name, required, ...control } =
    props;
  const chosen = withDistinctLabels(options).find((option) => option.value === value);
  return (
    <Radix.Root
      // In Radix, "" means that nothing is selected.
      value={value}
      onValueChange={onValueChange}
      disabled={disabled}
      name={name}
      required={required}
    >
      <Radix.Trigger
        {...control}
        className="control flex h-7.5 w-full items-center justify-between gap-2 px-2.25 text-left data-placeholder:text-ink-3"
      >
        <span className="truncate">
          <Radix.Value placeholder={placeholder ?? "Choose"}>{chosen?.label}</Radix.Value>
        </span>
        <Radix.Icon className="text-ink-3">
          <svg
            viewBox="0 0 16 16"
            aria-hidden="true"
            className="size-3.5"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.6"
          >
            <path d="m4 6 4 4 4-4" />
          </svg>
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-(--radix-select-content-available-height) w-(--radix-select-trigger-width) min-w-60 animate-appear overflow-hidden rounded-lg border border-line bg-panel shadow-float"
        >
          <Radix.Viewport className="p-1">
            {groupOptions(options).map(([group, members]) => (
              <Radix.Group key={group ?? ""}>
                {group !== undefined && (
                  <Radix.Label className="px-2 pt-2 pb-1 text-sm text-ink-3">{group}</Radix.Label>
                )}
                {members.map((option) => (
                  <Item key={option.value} option={option} />
                ))}
              </Radix.Group>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Item({ option }: { option: SelectOption }) {
  const more = option.disabledReason ?? option.description;
  return (
    <Radix.Item
      value={option.value}
      disabled={option.disabledReason !== undefined}
      className="relative cursor-pointer rounded-sm py-1.25 pr-7 pl-2 -outline-offset-2 select-none data-disabled:cursor-not-allowed data-disabled:text-ink-3 data-highlighted:bg-sunken"
    >
      <Radix.ItemText>{option.label}</Radix.ItemText>
      {more && <span className="block text-sm text-ink-3">{more}</span>}
      <Radix.ItemIndicator className="absolute top-1.25 right-2 text-accent">✓</Radix.ItemIndicator>
    </Radix.Item>
  );
}
