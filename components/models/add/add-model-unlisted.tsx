"use client";

import { useModelActions } from "@/components/models/actions";
import { AgentLinks } from "@/components/models/sheet/model-details";
import { Button } from "@/components/ui/form/button";
import type { UnlistedModel } from "@/lib/discovery/schema";
import { pluralize } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";

export type UnlistedModelsProps = {
  /** The provider's name. */
  name: string;
  isBedrock: boolean;
  unlisted: readonly UnlistedModel[];
  models: readonly ModelRecord[];
};

/** Registered models missing from the provider's list, with their agents and a way to retire them. */
export function UnlistedModels({ name, isBedrock, unlisted, models }: UnlistedModelsProps) {
  const { confirm } = useModelActions();
  if (unlisted.length === 0) return null;
  const used = unlisted.filter(({ used_by }) => used_by.length > 0).length;
  const why = isBedrock
    ? "Not listed does not mean that they fail: another account or region may offer them."
    : "Not listed does not mean that they fail: a list leaves out aliases, and models that this key may not use.";
  return (
    <details className="rounded-md border border-line text-sm">
      <summary className="px-2.5 py-2">
        <span className="font-medium">
          {pluralize(unlisted.length, "registered model")} not listed
        </span>{" "}
        <span className="text-ink-3">
          by {name}
          {used > 0 && ` · ${used} in use by agents`}
        </span>
      </summary>
      <p className="px-2.5 pb-2 text-ink-3">{why} Test one before you retire it.</p>
      <ul>
        {unlisted.map((entry) => {
          const model = models.find(({ pk }) => pk === entry.pk);
          return (
            <li key={entry.pk} className="flex items-start gap-2 border-t border-line px-2.5 py-2">
              <div className="min-w-0 flex-1">
                <span className="font-medium wrap-anywhere">{entry.display_name}</span>
                <span className="block font-mono text-xs wrap-anywhere text-ink-2">
                  {entry.model_id}
                </span>
                {entry.reason && <p className="text-warn">{entry.reason}</p>}
                {entry.used_by.length > 0 ? (
                  <div className="mt-0.5">
                    Used by
                    <AgentLinks agents={entry.used_by} />
                  </div>
                ) : (
                  <p className="text-ink-3">No agent uses it.</p>
                )}
              </div>
              {model && (
                <Button
                  size="sm"
                  aria-label={`Retire ${entry.display_name}`}
                  onClick={() => confirm("retire", model)}
                >
                  Retire…
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </details>
  );
}
