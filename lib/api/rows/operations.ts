import { OperationRecord } from "@/lib/operations/schema";
import { IdParams } from "../params";
import { json, type Rows } from "../row";

export const operationRows = {
  getOperation: {
    role: "viewer",
    summary: "Read an operation with the outcome of each item",
    params: IdParams,
    answer: json(OperationRecord),
  },
  stopOperation: {
    role: "admin",
    summary: "Stop an operation after the items in progress",
    params: IdParams,
    answer: json(OperationRecord),
    refusals: ["conflict"],
  },
  resumeOperation: {
    role: "admin",
    summary: "Resume an operation that was stopped or crashed",
    params: IdParams,
    answer: json(OperationRecord),
    refusals: ["conflict"],
  },
  undoOperation: {
    role: "admin",
    summary: "Undo an operation, item by item",
    params: IdParams,
    answer: json(OperationRecord),
    refusals: ["conflict"],
  },
} satisfies Rows;
