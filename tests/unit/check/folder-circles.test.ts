import { expect, test } from "vitest";
import { folderCircles } from "@/scripts/check/folder-circles";

const value = ["local", "import"];
const type = ["local", "type-only", "import"];
const lazy = ["local", "dynamic-import"];

const module = (
  source: string,
  ...dependencies: [resolved: string, dependencyTypes: string[]][]
) => ({
  source,
  dependencies: dependencies.map(([resolved, dependencyTypes]) => ({ resolved, dependencyTypes })),
});

test("folders that import values of each other are a circle", () => {
  const modules = [
    module("lib/agents/service.ts", ["lib/models/service.ts", value]),
    module("lib/models/rules/users.ts", ["lib/agents/rules/entity.ts", value]),
  ];
  expect(folderCircles(modules)).toEqual([
    "lib/agents and lib/models import each other: lib/agents/service.ts imports lib/models/service.ts",
    "lib/models and lib/agents import each other: lib/models/rules/users.ts imports lib/agents/rules/entity.ts",
  ]);
});

test("a circle over a third folder and over a lazy import counts", () => {
  const modules = [
    module("lib/agents/service.ts", ["lib/keys/service.ts", value]),
    module("lib/keys/service.ts", ["lib/models/service.ts", lazy]),
    module("lib/models/service.ts", ["lib/agents/service.ts", value]),
    module("lib/checks/service.ts", ["lib/agents/service.ts", value]),
  ];
  expect(folderCircles(modules)).toHaveLength(3);
});

test("a file at the root of lib stands for itself", () => {
  const modules = [
    module("lib/env.ts", ["lib/auth/settings.ts", value]),
    module("lib/auth/session.ts", ["lib/env.ts", value]),
    module("lib/log.ts", ["lib/env.ts", value]),
  ];
  expect(folderCircles(modules)).toHaveLength(2);
});

test("types, one direction, one folder and other roots are no circle", () => {
  const modules = [
    module("lib/agents/service.ts", ["lib/models/service.ts", value], ["lib/agents/row.ts", value]),
    module("lib/agents/row.ts", ["lib/agents/schema.ts", value]),
    module("lib/models/service.ts", ["lib/agents/schema.ts", type]),
    module("components/models/table.tsx", ["components/agents/queries.ts", value]),
    module("components/agents/queries.ts", ["components/models/table.tsx", value]),
  ];
  expect(folderCircles(modules)).toEqual([]);
});
