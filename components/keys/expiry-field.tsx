"use client";

import { useState } from "react";
import type { UseFormRegisterReturn } from "react-hook-form";
import { Button } from "@/components/ui/form/button";
import { Field } from "@/components/ui/form/field";
import { TextInput } from "@/components/ui/form/text-input";

type Props = { register: UseFormRegisterReturn; error?: string };

/** The day a key ends, for those who know it; a button until it is wanted. */
export function ExpiryField({ register, error }: Props) {
  const [wanted, setWanted] = useState(false);
  if (!wanted && !error) {
    return (
      <Button
        variant="ghost"
        size="sm"
        className="-mt-1 -ml-2 self-start"
        onClick={() => setWanted(true)}
      >
        Add an expiry date
      </Button>
    );
  }
  return (
    <Field
      label="Expires on"
      error={error}
      hint="The console warns 14 days before. The end of that day, UTC; empty: not known."
    >
      {(control) => (
        <TextInput {...control} {...register} type="date" autoComplete="off" autoFocus={wanted} />
      )}
    </Field>
  );
}
