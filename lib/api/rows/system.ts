import * as z from "zod/mini";
import { ActivityFilter, ActivityPage } from "@/lib/activity/schema";
import { ExportOptions } from "@/lib/models/rules/transfer-schema";
import { SignInForm } from "@/lib/sessions/schema";
import { Health, Readiness } from "@/lib/setup/schema";
import { ApiToken, NewApiToken, TokenDraft, TokenList } from "@/lib/tokens/schema";
import { IdParams } from "../params";
import { body, file, json, type Rows } from "../row";

export const activityRows = {
  listActivity: {
    role: "viewer",
    summary: "List events, newest first, 50 a page",
    query: ActivityFilter,
    answer: json(ActivityPage),
  },
  exportActivity: {
    role: "viewer",
    summary: "Export events as a file",
    query: z.object({ ...ExportOptions.shape, ...ActivityFilter.shape }),
    answer: file("application/json", "text/csv"),
  },
} satisfies Rows;

export const tokenRows = {
  listTokens: {
    role: "admin",
    summary: "List API tokens",
    answer: json(TokenList),
  },
  createToken: {
    role: "admin",
    summary: "Create an API token",
    description: "This answer alone carries the token: it cannot be read again.",
    body: body(TokenDraft),
    limit: "keys",
    answer: json(NewApiToken, { status: 201 }),
    refusals: ["conflict"],
  },
  revokeToken: {
    role: "admin",
    summary: "Revoke an API token",
    params: IdParams,
    limit: "keys",
    answer: json(ApiToken),
    refusals: ["conflict"],
  },
} satisfies Rows;

const OpenApi = z.looseObject({
  openapi: z.string(),
  info: z.looseObject({ title: z.string(), version: z.string() }),
  paths: z.record(z.string(), z.looseObject({})),
  components: z.looseObject({}),
});

export const descriptionRows = {
  getOpenapi: {
    role: "viewer",
    summary: "Read this description",
    description: "OpenAPI 3.1, made from the table that the routes themselves are made of.",
    answer: json(OpenApi, { etag: "list" }),
  },
} satisfies Rows;

export const healthRows = {
  getHealth: {
    role: "open",
    summary: "Tell whether the process answers",
    answer: json(Health),
  },
  getReadiness: {
    role: "open",
    summary: "Tell whether the tables and the secret are there",
    answer: json(Readiness, { alsoStatus: 503 }),
  },
} satisfies Rows;

const step = z.strictObject({ nextauth: z.array(z.string()) });

export const signInRows = {
  getSignIn: {
    role: "open",
    summary: "Read what signing in needs",
    description:
      "next-auth's own steps: `csrf` for the token that forms carry, `session` to read and renew the session, `callback/oidc` where the identity provider leads back to.",
    params: step,
    answer: { kind: "sign_in" },
  },
  postSignIn: {
    role: "open",
    summary: "Sign in or out",
    description:
      "next-auth's own steps, as a form with `csrfToken`: `callback/local` with `token`, `signin/oidc`, `signout`.",
    params: step,
    body: { kind: "form", schema: SignInForm },
    answer: { kind: "sign_in" },
  },
} satisfies Rows;

const unknown = {
  role: "viewer",
  summary: "Refuse an address that is not part of the API",
  params: z.strictObject({ path: z.array(z.string()) }),
  answer: { kind: "none" },
} as const;

export const unknownRows = {
  getUnknown: unknown,
  postUnknown: unknown,
  putUnknown: unknown,
  patchUnknown: unknown,
  deleteUnknown: unknown,
} satisfies Rows;
