"use client";

import { Field } from "@/components/ui/form/field";
import { Segmented } from "@/components/ui/form/segmented";
import { Select } from "@/components/ui/form/select";
import { TextInput } from "@/components/ui/form/text-input";

/** A day in UTC (YYYY-MM-DD, empty until it is chosen) and an hour of it ("09"). */
export type PricesFrom = { day: string; hour: string };

type Props = {
  /** Null: from now on. */
  value: PricesFrom | null;
  error: string | undefined;
  onChange: (value: PricesFrom | null) => void;
};

const hours = Array.from({ length: 24 }, (_, hour) => {
  const value = String(hour).padStart(2, "0");
  return { value, label: `${value}:00` };
});

/** Chooses when the form's prices take effect. */
export function PricesFromField({ value, error, onChange }: Props) {
  return (
    <fieldset className="min-w-0">
      <legend className="sr-only">In force from</legend>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <p aria-hidden="true" className="text-sm text-ink-2">
          In force from
        </p>
        <Segmented
          label="In force from"
          value={value ? "time" : "now"}
          options={[
            { value: "now", label: "Now" },
            { value: "time", label: "Another time" },
          ]}
          onChange={(choice) => onChange(choice === "now" ? null : { day: "", hour: "00" })}
        />
      </div>
      {value && (
        <>
          <div className="mt-2 grid grid-cols-2 items-start gap-x-3 gap-y-2.5">
            <Field label="Day (UTC)" required error={error}>
              {(control) => (
                <TextInput
                  {...control}
                  type="date"
                  value={value.day}
                  onChange={({ target }) => onChange({ ...value, day: target.value })}
                />
              )}
            </Field>
            <Field label="Hour (UTC)">
              {(control) => (
                <Select
                  {...control}
                  value={value.hour}
                  options={hours}
                  onChange={({ target }) => onChange({ ...value, hour: target.value })}
                />
              )}
            </Field>
          </div>
          <p className="mt-1.5 text-sm text-ink-3">
            Usage since then gets the prices above. You see what that changes before it is saved.
          </p>
        </>
      )}
    </fieldset>
  );
}

/** The value for the API. */
export function toPricesFrom({ day, hour }: PricesFrom): string {
  return `${day}T${hour}:00:00Z`;
}
