import type { Page } from "@playwright/test";
import type { ModelList, ModelRecord } from "@/lib/models/schema";
import { callApi, type PageStack } from "./stack-page";

export const column = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
export const prompt = (page: Page) => page.getByLabel("Prompt", { exact: true });
export const runButton = (page: Page) => page.getByRole("button", { name: "Run", exact: true });

/** The path of the Playground with these models. */
export const playground = (pks: string[]) =>
  `/playground?models=${pks.map(encodeURIComponent).join(",")}`;

export function putKey(stack: PageStack, id: string, api_key: string): Promise<Response> {
  return callApi(stack, "PUT", `/api/providers/${id}/key`, { api_key });
}

/** The stack's models, and a provider's default model. */
export async function modelsOf(stack: PageStack) {
  const response = await callApi(stack, "GET", "/api/models");
  // docs/contract.md defines the answer.
  const { models } = (await response.json()) as ModelList;
  function defaultOf(providerId: string): ModelRecord {
    const model = models.find((entry) => entry.provider_id === providerId && entry.is_default);
    if (!model) throw new Error(`The sample data have no default model of ${providerId}`);
    return model;
  }
  return { models, defaultOf };
}
