import { describe, expect, it } from "vitest";
import { addressOf, callTo } from "@/lib/addresses";

describe("the address of an endpoint", () => {
  it("keeps an ID with colons, slashes, dots and spaces in one segment", () => {
    const arn = "arn:aws:bedrock:eu-west-1:1:inference-profile/eu.amazon nova";
    const path = addressOf("getModel", { params: { provider: "amazon", modelId: arn } });
    expect(path.split("/")).toHaveLength(5);
    expect(decodeURIComponent(path.split("/")[4] ?? "")).toBe(arn);
  });

  it("inserts an ID unchanged, even with replacement patterns in it", () => {
    expect(addressOf("getOperation", { params: { id: "$&{id}" } })).toBe(
      "/api/operations/%24%26%7Bid%7D",
    );
  });

  it("leaves unset parameters out of the query", () => {
    expect(addressOf("listModels")).toBe("/api/models");
    const query = { format: "csv", actor: "", day: undefined };
    expect(addressOf("exportActivity", { query })).toBe("/api/activity/export?format=csv");
  });

  it("comes with its method for calls made without the client", () => {
    expect(callTo("updateAgent", { name: "sql-agent", version: "v1.0" })).toEqual({
      method: "PATCH",
      path: "/api/agents/sql-agent/v1.0",
    });
  });
});
