import { Field, type FieldProps } from "./field";
import { Textarea } from "./textarea";

type Props = Omit<FieldProps, "children"> & { value: string; onValue: (reason: string) => void };

/** Asks in a line or two why something should be done. */
export function ReasonField({ value, onValue, ...field }: Props) {
  return (
    <Field {...field}>
      {(control) => (
        <Textarea
          {...control}
          rows={2}
          value={value}
          onChange={({ target }) => onValue(target.value)}
        />
      )}
    </Field>
  );
}
