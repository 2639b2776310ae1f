"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import { Button } from "@/components/ui/form/button";
import { describeError } from "@/components/ui/text/describe-error";
import { Note } from "@/components/ui/text/note";
import { ApiError } from "@/lib/api/client";
import type { AvailableModels } from "@/lib/discovery/schema";
import { judgeBedrockId } from "@/lib/providers/rules/bedrock-id";

export type BedrockIdNoteProps = {
  /** The raw text of the field. */
  typed: string;
  available: UseQueryResult<AvailableModels>;
  onCorrect: (modelId: string) => void;
};

/** Validates a Bedrock ID while typing, and offers a correction. */
export function BedrockIdNote({ typed, available, onCorrect }: BedrockIdNoteProps) {
  const catalog = available.data?.bedrock ?? null;
  const { problem, checked, sentence, corrections } = judgeBedrockId(typed, catalog);
  if (typed.trim() === "") return null;
  if (!catalog && available.isPending) {
    return (
      <Note tone="info" live>
        Reading what the region offers…
      </Note>
    );
  }
  const unchecked = !checked && (catalog ? uncheckedArn : notRead(available.error));
  if (problem === null) {
    if (unchecked) return <Note tone="info">{unchecked}</Note>;
    return (
      <Note tone="good" live>
        {catalog?.region} lists it.
      </Note>
    );
  }
  return (
    <Note
      tone="warn"
      live
      title={sentence}
      action={
        corrections.length > 0 && (
          <span className="flex min-w-0 flex-wrap gap-1.5">
            {corrections.map((corrected, index) => (
              <Button
                key={corrected}
                size="sm"
                variant={index === 0 ? "primary" : "secondary"}
                className="h-auto! min-h-6 max-w-full text-left! whitespace-normal!"
                onClick={() => onCorrect(corrected)}
              >
                <span className="wrap-anywhere">Use {corrected}</span>
              </Button>
            ))}
          </span>
        )
      }
    >
      {unchecked}
    </Note>
  );
}

const uncheckedArn =
  "An ARN of this kind is taken whole. AWS lists none of them, so it was not checked.";

/** Only the cause, because there is nothing to retry here. */
function notRead(error: unknown): string {
  const cause = error instanceof ApiError ? error.problem.cause : null;
  const why = typeof cause === "string" ? cause : error ? describeError(error).detail : "";
  return `Not checked against what the region offers. ${why}`.trim();
}
