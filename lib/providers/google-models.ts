import "server-only";
import type { Model } from "@google/genai";
import { googleClient } from "@/lib/providers/google";
import { allPages } from "@/lib/providers/pages";
import type { Lister } from "@/lib/providers/provider";
import type { ListedModel } from "@/lib/providers/schema";

/** The largest page of `models.list` (ai.google.dev, "Models"). */
const PAGE_SIZE = 1000;

/** The models that answer `generateContent`, which is what agents call. */
export const googleModels: Lister = async (wire) => {
  const client = await googleClient(wire);
  const pager = await client.models.list({ config: { pageSize: PAGE_SIZE } });
  const pages = await allPages(pager.page, async () =>
    pager.hasNextPage() ? pager.nextPage() : null,
  );
  return pages
    .flat()
    .filter(({ supportedActions }) => supportedActions?.includes("generateContent"))
    .map(listed);
};

function listed(model: Model): ListedModel {
  return {
    model_id: (model.name ?? "").replace(/^models\//, ""),
    display_name: model.displayName ?? null,
    max_tokens: model.inputTokenLimit ?? null,
    max_output_tokens: model.outputTokenLimit ?? null,
    supports_tools: null,
    supports_vision: null,
    lifecycle: null,
    created_at: null,
  };
}
