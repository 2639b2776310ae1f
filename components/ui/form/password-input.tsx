import { TextInput, type TextInputProps } from "./text-input";

/**
 * For keys and tokens: dots only, nothing that shows them, no password manager, no spell checker
 * (some send what is typed to a server).
 */
export function PasswordInput(props: Omit<TextInputProps, "type" | "before" | "after" | "mono">) {
  return (
    <TextInput
      autoComplete="off"
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      data-1p-ignore=""
      data-lpignore="true"
      {...props}
      type="password"
    />
  );
}
