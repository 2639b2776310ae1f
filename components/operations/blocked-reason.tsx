"use client";

import type { UseFormRegisterReturn } from "react-hook-form";
import { ReasonField } from "@/components/ui/form/reason-field";
import { Note } from "@/components/ui/text/note";
import type { Finding } from "@/lib/findings/schema";
import { FindingsList } from "./findings-list";

export type BlockedReasonProps = {
  /** Such as "The next invocation would fail." */
  title: string;
  findings: readonly Finding[];
  /** Where the reason will appear. */
  hint: string;
  register: UseFormRegisterReturn;
  error?: string;
};

/** The blocking findings, and the reason that an override requires. */
export function BlockedReason(props: BlockedReasonProps) {
  const { title, findings, hint, register, error } = props;
  return (
    <>
      <Note tone="warn" title={title} live>
        Nothing was changed yet.
      </Note>
      <FindingsList findings={findings} />
      <ReasonField
        label="Why it should go ahead"
        required
        error={error}
        hint={hint}
        register={register}
      />
    </>
  );
}
