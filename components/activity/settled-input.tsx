"use client";

import { useId, useState } from "react";
import type { FieldControl } from "@/components/ui/form/field";
import { TextInput } from "@/components/ui/form/text-input";

export type SettledInputProps = FieldControl & {
  value: string;
  /** Offered below while one types; choosing one settles it. */
  options: readonly string[];
  placeholder?: string;
  /** With what was typed, on Enter, on leaving, and when an option was chosen. */
  onSettle: (value: string) => void;
  onFocus?: () => void;
};

/** A text that counts once it is whole: a filter by half a name would find nothing. */
export function SettledInput(props: SettledInputProps) {
  const { value, options, onSettle, ...rest } = props;
  const listId = useId();
  const [typed, setTyped] = useState<string | null>(null);

  function settle(text: string) {
    setTyped(null);
    if (text.trim() !== value) onSettle(text.trim());
  }

  return (
    <>
      <TextInput
        {...rest}
        list={listId}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={typed ?? value}
        onChange={(event) => {
          const text = event.target.value;
          if (options.includes(text)) settle(text);
          else setTyped(text);
        }}
        onBlur={() => typed !== null && settle(typed)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && typed !== null) settle(typed);
          if (event.key === "Escape" && typed !== null) setTyped(null);
        }}
      />
      <datalist id={listId}>
        {options.map((option) => (
          <option key={option} value={option} />
        ))}
      </datalist>
    </>
  );
}
