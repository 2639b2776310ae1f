import { TextInput, type TextInputProps } from "./text-input";

/**
 * For keys and tokens: always masked, without password manager and spell checker (some send the
 * typed text to a server).
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
