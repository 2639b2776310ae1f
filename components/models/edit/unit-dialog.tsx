"use client";

import { useState } from "react";
import { describeReference, priceLabel } from "@/components/models/prices/price-labels";
import { Segmented } from "@/components/ui/form/segmented";
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog";
import { formatPriceUsd } from "@/lib/format";
import type { PriceName } from "@/lib/models/schema";
import type { UnitSuspect } from "@/lib/prices/rules/price-guard";

export type NamedUnitSuspect = UnitSuspect & { name: PriceName };

export type UnitDialogProps = {
  suspects: readonly NamedUnitSuspect[];
  save: (corrected: Partial<Record<PriceName, number>>) => Promise<unknown>;
  onClose: () => void;
};

type Answers = Partial<Record<PriceName, "1M" | UnitSuspect["unit"]>>;

/** Asks for the unit of each suspicious price. */
export function UnitDialog({ suspects, save, onClose }: UnitDialogProps) {
  const [answers, setAnswers] = useState<Answers>({});
  const open = suspects.filter(({ name }) => answers[name] === undefined);
  const corrected = suspects.flatMap((suspect) => {
    const answer = answers[suspect.name];
    const price = answer && readAs(suspect, answer);
    return price === undefined || price === suspect.price ? [] : [[suspect.name, price] as const];
  });
  return (
    <ConfirmDialog
      title={titleOf(suspects)}
      confirmLabel="Save"
      cancelLabel="Back to the form"
      blockedBy={open.length > 0 ? "Choose the unit first." : undefined}
      onConfirm={() => save(Object.fromEntries(corrected))}
      onClose={onClose}
    >
      {suspects.map((suspect) => {
        const { name, price, known } = suspect;
        const answer = answers[name];
        return (
          <div key={name} className="mt-2">
            <p className="mb-1">
              <strong className="font-semibold text-ink">{priceLabel(name)}</strong> as typed is{" "}
              {formatPriceUsd(price, "1M")} per 1M tokens, {describeReference(price, known)}.
            </p>
            <Segmented
              label={`Unit of the price: ${priceLabel(name)}`}
              value={answer ?? "open"}
              options={[
                { value: "1M", label: `${formatTyped(suspect)} per 1M` },
                {
                  value: suspect.unit,
                  label: `${formatTyped(suspect)} per ${suspect.unit}`,
                },
              ]}
              onChange={(unit) => {
                if (unit !== "open") setAnswers({ ...answers, [name]: unit });
              }}
            />
            <p className="mt-1 text-sm text-ink-3">
              {answer
                ? `Saved as ${formatPriceUsd(readAs(suspect, answer), "1M")} per 1M tokens.`
                : "Which one is it?"}
            </p>
          </div>
        );
      })}
    </ConfirmDialog>
  );
}

function titleOf(suspects: readonly NamedUnitSuspect[]): string {
  const units = new Set(suspects.map(({ unit }) => unit));
  if (units.size > 1) return "Per 1M tokens, per 1K, or per token?";
  return units.has("token") ? "Per 1M tokens or per token?" : "Per 1M or per 1K tokens?";
}

/** The typed number. The smaller price is the one read as per 1M. */
const formatTyped = ({ price, meant }: NamedUnitSuspect) =>
  formatPriceUsd(Math.min(price, meant), "1M");

/** USD per 1M tokens. */
function readAs({ price, meant }: NamedUnitSuspect, unit: "1M" | UnitSuspect["unit"]): number {
  return unit === "1M" ? Math.min(price, meant) : Math.max(price, meant);
}
