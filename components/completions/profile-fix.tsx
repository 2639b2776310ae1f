"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { modelQueries } from "@/components/models/queries";
import { Button, type ButtonVariant, buttonClass } from "@/components/ui/form/button";
import type { AvailableModels } from "@/lib/discovery/schema";
import { modelPk } from "@/lib/models/schema";
import { pages } from "@/lib/paths";
import { judgeBedrockId, profilesOf } from "@/lib/providers/rules/bedrock-id";

type Props = { modelId: string; variant: ButtonVariant; onUse?: (modelId: string) => void };

/** Takes the id that the region's own list has for this model; nothing where there is none. */
export function ProfileFix({ modelId, variant, onUse }: Props) {
  const { data, isPending, isFetching, refetch } = useQuery(modelQueries.available("bedrock"));
  if (isPending) return <span className="text-ink-2">Looking for its profile…</span>;
  if (!data) {
    return (
      <Button size="sm" variant={variant} busy={isFetching} onClick={() => refetch()}>
        Look for its profile again
      </Button>
    );
  }
  const better = betterId(modelId, data);
  if (!better) return null;
  if (onUse) {
    return (
      <Button size="sm" variant={variant} onClick={() => onUse(better)}>
        Use {better}
      </Button>
    );
  }
  const models = modelPk({ provider: "bedrock", model_id: better });
  return (
    <Link
      href={pages.playground({ models })}
      prefetch={false}
      className={buttonClass(variant, "sm")}
    >
      Try {better} in the playground
    </Link>
  );
}

function betterId(modelId: string, { bedrock }: AvailableModels): string | undefined {
  if (!bedrock) return undefined;
  const base = bedrock.profiles.find(({ model_id }) => model_id === modelId)?.bases[0] ?? modelId;
  const candidates = [
    ...judgeBedrockId(modelId, bedrock).corrections,
    ...profilesOf(base, bedrock),
  ];
  return candidates.find((candidate) => candidate !== modelId);
}
