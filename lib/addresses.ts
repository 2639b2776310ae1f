import { type Query, queryString } from "./paths";

/**
 * Method and path of every endpoint. Plain data, so that the browser can call one without its
 * schema.
 */
export const addresses = {
  listModels: "GET /api/models",
  createModel: "POST /api/models",
  getModel: "GET /api/models/{provider}/{modelId}",
  updateModel: "PATCH /api/models/{provider}/{modelId}",
  retireModel: "DELETE /api/models/{provider}/{modelId}",
  getModelHistory: "GET /api/models/{provider}/{modelId}/history",
  rollbackModel: "POST /api/models/{provider}/{modelId}/rollback",
  probeModel: "POST /api/models/{provider}/{modelId}/probe",
  deleteDefectiveModel: "DELETE /api/models/defective/{pk}",
  exportModels: "GET /api/models/export",
  importModels: "POST /api/models/import",

  getModelPrices: "GET /api/prices/{provider}/{modelId}",
  syncPrices: "POST /api/prices/sync",
  confirmPrices: "POST /api/prices/confirm",
  listPrices: "GET /api/costs/prices",
  listComingChanges: "GET /api/costs/coming",
  exportComingChanges: "GET /api/costs/coming/export",
  getPriceCatalog: "GET /api/price-catalog",
  savePriceCatalog: "PUT /api/price-catalog",
  deletePriceCatalog: "DELETE /api/price-catalog",

  listAgents: "GET /api/agents",
  getAgent: "GET /api/agents/{name}/{version}",
  updateAgent: "PATCH /api/agents/{name}/{version}",
  getAgentTrace: "GET /api/agents/{name}/{version}/trace",
  preflightAgent: "GET /api/agents/{name}/{version}/preflight",
  getAgentHistory: "GET /api/agents/{name}/{version}/history",
  getAgentHealth: "GET /api/agents/{name}/{version}/health",
  rollbackAgent: "POST /api/agents/{name}/{version}/rollback",
  switchAgents: "POST /api/agents/switch",
  listRecentRuns: "GET /api/agents/recent-runs",
  listRuns: "GET /api/agents/{name}/{version}/runs",
  getRun: "GET /api/agents/{name}/{version}/runs/{id}",
  startRun: "POST /api/agents/{name}/{version}/runs",
  stopRun: "POST /api/agents/{name}/{version}/runs/{id}/stop",

  listTrials: "GET /api/agents/{name}/{version}/trials",
  startTrial: "POST /api/agents/{name}/{version}/trials",
  estimateTrial: "POST /api/agents/{name}/{version}/trials/estimate",
  getTrial: "GET /api/agents/{name}/{version}/trials/{id}",
  deleteTrial: "DELETE /api/agents/{name}/{version}/trials/{id}",
  getTrialCase: "GET /api/agents/{name}/{version}/trials/{id}/cases/{index}",
  stopTrial: "POST /api/agents/{name}/{version}/trials/{id}/stop",
  resumeTrial: "POST /api/agents/{name}/{version}/trials/{id}/resume",
  startTrialBatch: "POST /api/trial-batches",
  getTrialBatch: "GET /api/trial-batches/{id}",
  listCaseSets: "GET /api/agents/{name}/{version}/case-sets",
  createCaseSet: "POST /api/agents/{name}/{version}/case-sets",
  getCaseSet: "GET /api/agents/{name}/{version}/case-sets/{id}",
  saveCaseSet: "PUT /api/agents/{name}/{version}/case-sets/{id}",
  deleteCaseSet: "DELETE /api/agents/{name}/{version}/case-sets/{id}",
  exportCaseSet: "GET /api/agents/{name}/{version}/case-sets/{id}/export",

  listProviders: "GET /api/providers",
  listAvailableModels: "GET /api/providers/{id}/available-models",
  listKnownModels: "GET /api/providers/{id}/known-models",
  saveKey: "PUT /api/providers/{id}/key",
  removeKey: "DELETE /api/providers/{id}/key",
  verifyKey: "POST /api/providers/{id}/key/verify",
  generateKey: "POST /api/providers/{id}/key/generate",
  rollbackKey: "POST /api/providers/{id}/key/rollback",
  repairKey: "POST /api/providers/{id}/key/repair",

  createCompletion: "POST /api/completions",
  listPastRuns: "GET /api/playground/runs",
  keepPastRun: "POST /api/playground/runs",
  deletePastRuns: "DELETE /api/playground/runs",
  getPastRun: "GET /api/playground/runs/{id}",
  deletePastRun: "DELETE /api/playground/runs/{id}",

  getOperation: "GET /api/operations/{id}",
  stopOperation: "POST /api/operations/{id}/stop",
  resumeOperation: "POST /api/operations/{id}/resume",
  undoOperation: "POST /api/operations/{id}/undo",

  getUsage: "GET /api/usage",
  getRunCosts: "GET /api/usage/runs",
  exportUsage: "GET /api/usage/export",
  listBudgets: "GET /api/budgets",
  saveBudget: "PUT /api/budgets",
  rollbackBudget: "POST /api/budgets/{id}/rollback",
  evaluateBudgets: "POST /api/budgets/evaluate",

  runChecks: "GET /api/checks",
  evaluateChecks: "POST /api/checks/evaluate",
  startEvaluation: "POST /api/checks/evaluate/start",
  checkPermissions: "POST /api/checks/permissions",
  diagnoseRun: "POST /api/checks/diagnose",
  dismissFinding: "POST /api/checks/dismiss",
  restoreFinding: "DELETE /api/checks/dismiss",

  listActivity: "GET /api/activity",
  exportActivity: "GET /api/activity/export",

  listTokens: "GET /api/tokens",
  createToken: "POST /api/tokens",
  revokeToken: "DELETE /api/tokens/{id}",

  getOpenapi: "GET /api/openapi.json",
  getHealth: "GET /api/health",
  getReadiness: "GET /api/health/ready",
  getSignIn: "GET /api/auth/{nextauth}",
  postSignIn: "POST /api/auth/{nextauth}",
  getUnknown: "GET /api/{path}",
  postUnknown: "POST /api/{path}",
  putUnknown: "PUT /api/{path}",
  patchUnknown: "PATCH /api/{path}",
  deleteUnknown: "DELETE /api/{path}",
} as const;

export type EndpointName = keyof typeof addresses;

type Split<Address> = Address extends `${infer Method} ${infer Path}` ? [Method, Path] : never;
export type Method = Split<(typeof addresses)[EndpointName]>[0];

type NamesIn<Path> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;
/** The parameters in an endpoint's path. */
export type ParamName<Name extends EndpointName> = NamesIn<(typeof addresses)[Name]>;

/** Method and path template, such as `["GET", "/api/agents/{name}/{version}"]`. */
export function splitAddress(name: EndpointName): [Method, string] {
  // Every address is a method, a space and a path, as the type `Split` sees too.
  return addresses[name].split(" ") as [Method, string];
}

export type Params<Name extends EndpointName> = [ParamName<Name>] extends [never]
  ? { params?: undefined }
  : { params: Record<ParamName<Name>, string> };

type Parts = { params?: Record<string, string>; query?: Query };

/** An endpoint's address. Each parameter is percent-encoded as one segment, slashes included. */
export function addressOf<Name extends EndpointName>(
  name: Name,
  ...[parts]: [ParamName<Name>] extends [never]
    ? [parts?: { query?: Query }]
    : [parts: Params<Name> & { query?: Query }]
): string {
  return pathOf(name, parts ?? {});
}

/** As above, for parameters whose types don't follow from the name. */
export function pathOf(name: EndpointName, { params = {}, query }: Parts): string {
  const path = splitAddress(name)[1].replace(/\{(\w+)\}/g, (_, param: string) =>
    encodeURIComponent(params[param] ?? ""),
  );
  return `${path}${queryString(query)}`;
}

/** Method and address of a call for someone else to make, such as the fix of a finding. */
export function callTo<Name extends EndpointName>(
  name: Name,
  params: Record<ParamName<Name>, string>,
) {
  return { method: methodOf(name), path: pathOf(name, { params }) };
}

function methodOf<Name extends EndpointName>(name: Name) {
  return splitAddress(name)[0] as Split<(typeof addresses)[Name]>[0]; // The type is the string's.
}
