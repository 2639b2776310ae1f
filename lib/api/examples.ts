import "server-only";
import { agentExamples } from "./examples/agents";
import { checkExamples } from "./examples/checks";
import { costExamples } from "./examples/costs";
import type { Examples } from "./examples/example";
import { keyExamples } from "./examples/keys";
import { modelExamples } from "./examples/models";
import { operationExamples } from "./examples/operations";
import { playgroundExamples } from "./examples/playground";
import { priceExamples } from "./examples/prices";
import { runExamples } from "./examples/runs";
import { systemExamples } from "./examples/system";
import { trialExamples } from "./examples/trials";

/** Example requests and answers. Tests parse each one with its endpoint's schemas. */
export const examples: Examples = {
  ...modelExamples,
  ...priceExamples,
  ...agentExamples,
  ...runExamples,
  ...trialExamples,
  ...keyExamples,
  ...playgroundExamples,
  ...operationExamples,
  ...costExamples,
  ...checkExamples,
  ...systemExamples,
};
