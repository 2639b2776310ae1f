import type { EndpointName } from "@/lib/addresses";
import type { AnswerOf, BodyInput } from "../endpoints";

type Example<Name extends EndpointName> = {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: BodyInput<Name>;
  answer?: AnswerOf<Name>;
};

export type Examples = { [Name in EndpointName]?: Example<Name> };
