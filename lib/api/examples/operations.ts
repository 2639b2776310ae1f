import "server-only";
import type { Examples } from "./example";
import { operation, operationId, operationParams } from "./records";

export const operationExamples = {
  getOperation: { params: operationParams, answer: operation },
  stopOperation: { params: operationParams, answer: { ...operation, status: "stopped" } },
  resumeOperation: { params: operationParams, answer: operation },
  undoOperation: {
    params: operationParams,
    answer: {
      ...operation,
      operation_id: "c1a7b0de-94b2-4c56-8d5e-2f7f0a4d8e90",
      kind: "undo",
      title: "Undo: Switch 1 agent to openai#gpt-4o",
      undo_of: operationId,
    },
  },
} satisfies Examples;
