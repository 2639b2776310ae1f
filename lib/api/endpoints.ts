import "server-only";
import type * as z from "zod/mini";
import { addresses, type EndpointName, type ParamName } from "@/lib/addresses";
import type { JsonAnswer, Row } from "./row";
import { agentRows } from "./rows/agents";
import { checkRows } from "./rows/checks";
import { costRows } from "./rows/costs";
import { keyRows } from "./rows/keys";
import { modelRows } from "./rows/models";
import { operationRows } from "./rows/operations";
import { playgroundRows } from "./rows/playground";
import { priceRows } from "./rows/prices";
import { runRows } from "./rows/runs";
import {
  activityRows,
  descriptionRows,
  healthRows,
  signInRows,
  tokenRows,
  unknownRows,
} from "./rows/system";
import { trialRows } from "./rows/trials";

/** Requires that a row's `params` match the parameters in its path. */
type Fitting<Name extends EndpointName> = [ParamName<Name>] extends [never]
  ? { params?: undefined }
  : { params: z.core.$ZodType<unknown, Record<ParamName<Name>, string | string[]>> };

/** The rows, grouped by the headings of the API's description. */
export const groups = {
  Models: modelRows,
  Prices: priceRows,
  Agents: agentRows,
  Runs: runRows,
  Trials: trialRows,
  "Providers and keys": keyRows,
  Playground: playgroundRows,
  Operations: operationRows,
  "Usage and budgets": costRows,
  Checks: checkRows,
  Activity: activityRows,
  "API tokens": tokenRows,
  "This API": descriptionRows,
  Health: healthRows,
  "Sign-in": signInRows,
  "Unknown addresses": unknownRows,
};

/**
 * Every method of every route. The route wrapper takes roles and schemas from this table, the
 * browser its types, contract tests the answers, and the API's description everything.
 */
export const endpoints = {
  ...modelRows,
  ...priceRows,
  ...agentRows,
  ...runRows,
  ...trialRows,
  ...keyRows,
  ...playgroundRows,
  ...operationRows,
  ...costRows,
  ...checkRows,
  ...activityRows,
  ...tokenRows,
  ...descriptionRows,
  ...healthRows,
  ...signInRows,
  ...unknownRows,
} satisfies { [Name in EndpointName]: Row & Fitting<Name> };

export type Endpoints = typeof endpoints;

type Part<Name extends EndpointName, Key extends string> = Endpoints[Name] extends {
  [K in Key]: infer Value;
}
  ? Value
  : undefined;
type Output<Schema> = Schema extends z.core.$ZodType ? z.output<Schema> : undefined;
type Input<Schema> = Schema extends z.core.$ZodType ? z.input<Schema> : undefined;
type BodySchema<Name extends EndpointName> =
  Part<Name, "body"> extends { schema: infer Schema } ? Schema : undefined;

export type ParamsOf<Name extends EndpointName> = Output<Part<Name, "params">>;
export type QueryOf<Name extends EndpointName> = Output<Part<Name, "query">>;
export type QueryInput<Name extends EndpointName> = Input<Part<Name, "query">>;
/** The parsed body; the text of an upload. */
export type BodyOf<Name extends EndpointName> =
  Part<Name, "body"> extends { kind: "file" } ? string : Output<BodySchema<Name>>;
export type BodyInput<Name extends EndpointName> = Input<BodySchema<Name>>;
export type TakesFile<Name extends EndpointName> =
  Part<Name, "body"> extends { kind: "file" } ? true : false;
export type TakesIfMatch<Name extends EndpointName> =
  Part<Name, "ifMatch"> extends true ? true : false;
export type IsOpen<Name extends EndpointName> = Part<Name, "role"> extends "open" ? true : false;

/** The parsed JSON; undefined for an empty answer. */
export type AnswerOf<Name extends EndpointName> = AnswerBody<Endpoints[Name]["answer"]>;
type AnswerBody<Answer> = Answer extends JsonAnswer
  ? z.output<Answer["schema"]> | (Answer extends { orEmpty: true } ? undefined : never)
  : undefined;

/** An endpoint's row with the general type. */
export function rowOf(name: EndpointName): Row {
  return endpoints[name];
}

// Object.keys loses the type; the keys of the addresses are the names.
export const endpointNames = Object.keys(addresses) as EndpointName[];
