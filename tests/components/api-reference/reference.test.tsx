import { expect, test } from "vitest";
import { ApiContents } from "@/components/api-reference/contents";
import { ApiGroup } from "@/components/api-reference/group";
import type { OpenApi } from "@/lib/api/document";
import { expectAccessible, show } from "../render";

const model = { $ref: "#/components/schemas/ModelRecord" };
const api: OpenApi = {
  openapi: "3.1.0",
  info: { title: "Switchboard", version: "1", description: "Send `Authorization`.\n\nSecond." },
  servers: [{ url: "https://console.example" }],
  tags: [{ name: "Models" }],
  paths: {
    "/api/models/{provider}/{modelId}": {
      patch: {
        operationId: "updateModel",
        tags: ["Models"],
        summary: "Change a model",
        description: "Changes the named fields alone.",
        security: [{ token: [] }, { session: [] }],
        "x-role": "admin",
        parameters: [
          {
            name: "provider",
            in: "path",
            required: true,
            description: "The provider.",
            schema: { type: "string" },
            example: "openai",
          },
        ],
        requestBody: {
          required: true,
          content: {
            "application/json": {
              schema: { $ref: "#/components/schemas/ModelChanges" },
              example: { is_active: true },
            },
          },
        },
        responses: {
          "200": {
            description: "Answered.",
            content: { "application/json": { schema: model, example: { pk: "openai#gpt-4o" } } },
          },
          "404": { $ref: "#/components/responses/not_found" },
        },
      },
    },
  },
  components: {
    schemas: {
      ModelChanges: {
        type: "object",
        properties: { is_active: { type: "boolean", description: "Whether it is active." } },
      },
      ModelRecord: {
        type: "object",
        properties: {
          pk: { type: "string", description: "The key: `provider#model_id`." },
          used_by: { type: "array", items: model },
        },
        required: ["pk", "used_by"],
      },
    },
    responses: { not_found: { description: "Not found: not_found." } },
    securitySchemes: {},
  },
};

test("an endpoint shows its parameters, answers, refusals and an example", async () => {
  const screen = await show(<ApiGroup api={api} slug="models" />);
  const endpoint = screen.getByRole("region", { name: "Change a model" });
  await expect.element(endpoint.getByText("/api/models/{provider}/{modelId}")).toBeVisible();
  await expect.element(endpoint.getByText("admin", { exact: true })).toBeVisible();
  for (const part of ["Parameters", "Body", "Answer 200", "Refusals", "Example"]) {
    await expect.element(endpoint.getByRole("heading", { name: part, exact: true })).toBeVisible();
  }
  const body = endpoint.getByRole("table", { name: "Body of “Change a model”" });
  await expect.element(body.getByRole("row", { name: /is_active optional boolean/ })).toBeVisible();
  await expect.element(endpoint.getByText("Not found: not_found.")).toBeVisible();
  await expect.element(endpoint.getByText(/^curl -X PATCH/)).toBeVisible();
  await expectAccessible();
});

test("the contents lead to every endpoint on the page of its group", async () => {
  const screen = await show(<ApiContents api={api} />);
  await expect
    .element(screen.getByRole("link", { name: "Change a model" }))
    .toHaveAttribute("href", "/api-reference/models#updateModel");
  await expect.element(screen.getByText("PATCH /api/models/{provider}/{modelId}")).toBeVisible();
  await expectAccessible();
});

test("endpoints and types lead to their own headings", async () => {
  const screen = await show(<ApiGroup api={api} slug="models" />);
  const contents = screen.getByRole("navigation", { name: "API reference" });
  await expect
    .element(contents.getByRole("link", { name: "Change a model" }))
    .toHaveAttribute("href", "#updateModel");
  expect(document.querySelector("#updateModel")?.textContent).toBe("Change a model");
  const schema = screen.getByRole("region", { name: "ModelRecord" });
  await expect
    .element(schema.getByRole("link", { name: "ModelRecord" }))
    .toHaveAttribute("href", "#schema-ModelRecord");
  expect(document.querySelector("#schema-ModelRecord")?.textContent).toBe("ModelRecord");
});
