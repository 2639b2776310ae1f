import { TextInput, type TextInputProps } from "./text-input";

/**
 * A text field with a numeric keypad. Doesn't use `type="number"`, which loses digits, changes on
 * scroll and hides input that it can't parse. The form parses and reports errors.
 */
export function NumberInput({ className, ...rest }: Omit<TextInputProps, "type" | "mono">) {
  return (
    <TextInput inputMode="decimal" autoComplete="off" {...rest} type="text" className={className} />
  );
}
