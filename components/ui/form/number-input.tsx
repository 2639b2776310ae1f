import { TextInput, type TextInputProps } from "./text-input";

/**
 * A text field with a numeric keypad. Not `type="number"`: that loses digits, changes on scroll
 * and hides what it cannot parse. The form parses and reports.
 */
export function NumberInput({ className, ...rest }: Omit<TextInputProps, "type" | "mono">) {
  return (
    <TextInput inputMode="decimal" autoComplete="off" {...rest} type="text" className={className} />
  );
}
