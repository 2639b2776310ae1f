import "server-only";
import type { ModelInfo } from "@anthropic-ai/sdk/resources/models";
import { anthropicClient } from "@/lib/providers/anthropic";
import { allPages, listedTime } from "@/lib/providers/pages";
import type { Lister } from "@/lib/providers/provider";
import type { ListedModel } from "@/lib/providers/schema";

/** The largest page of `GET /v1/models` (docs.anthropic.com, "List Models"). */
const PAGE_SIZE = 1000;

export const anthropicModels: Lister = async (wire) => {
  const client = await anthropicClient(wire);
  const first = await client.models.list({ limit: PAGE_SIZE });
  const pages = await allPages(first, async (page) =>
    page.hasNextPage() ? page.getNextPage() : null,
  );
  return pages.flatMap(({ data }) => data.map(listed));
};

/** Members that the SDK's types promise may be missing under the version that we ask for. */
function listed(model: Pick<ModelInfo, "id"> & Partial<ModelInfo>): ListedModel {
  return {
    model_id: model.id,
    display_name: model.display_name ?? null,
    max_tokens: model.max_input_tokens ?? null,
    max_output_tokens: model.max_tokens ?? null,
    supports_tools: null,
    supports_vision: model.capabilities?.image_input?.supported ?? null,
    lifecycle: model.lifecycle === "deprecated" ? "legacy" : (model.lifecycle ?? null),
    created_at: listedTime(model.created_at),
  };
}
