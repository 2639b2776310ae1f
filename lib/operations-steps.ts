import "server-only";
import { agentSteps } from "@/lib/agents/step-service";
import { modelSteps } from "@/lib/models/step-service";
import type { StepBuilders } from "@/lib/operations/step";

/** Builders for operations whose steps may change anything, such as an undo. */
export const stepBuilders = { agent: agentSteps, model: modelSteps } satisfies StepBuilders;
