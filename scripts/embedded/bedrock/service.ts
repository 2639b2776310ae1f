import { AwsError } from "../aws-error";
import type { AwsRestService, RestCall } from "../aws-service";
import type { JsonObject } from "../json";
import {
  catalogRegion,
  type FoundationModel,
  foundationModels,
  inferenceProfiles,
  type ProfileSummary,
} from "./catalog";
import { invalid, type Requests, readRequest } from "./requests";

const defaultPageSize = 100;

/**
 * The part of Bedrock's control plane that lists the model ids of a region.
 * Source: docs.aws.amazon.com/bedrock/latest/APIReference (ListInferenceProfiles and so on), and
 * the service model in botocore.
 */
export const bedrockControlPlane: AwsRestService = {
  answer: ({ method, path, query, region }: RestCall): JsonObject | null => {
    const [, resource, identifier] =
      /^\/(inference-profiles|foundation-models)(?:\/(.+))?$/.exec(path) ?? [];
    if (method !== "GET" || !resource) return null;
    const input =
      identifier === undefined
        ? Object.fromEntries(query)
        : { identifier: decodeURIComponent(identifier) };
    if (resource === "inference-profiles")
      return identifier === undefined
        ? listInferenceProfiles(readRequest("ListInferenceProfiles", input), region)
        : { ...inferenceProfile(readRequest("GetInferenceProfile", input)) };
    return identifier === undefined
      ? listFoundationModels(readRequest("ListFoundationModels", input))
      : { modelDetails: foundationModel(readRequest("GetFoundationModel", input)) };
  },
};

/** Regions other than the catalog's offer only what is available everywhere. */
const isOffered = ({ inferenceProfileId }: ProfileSummary, region: string | null) =>
  region === null || region === catalogRegion || inferenceProfileId.startsWith("global.");

function listInferenceProfiles(
  request: Requests["ListInferenceProfiles"],
  region: string | null,
): JsonObject {
  const summaries = inferenceProfiles
    .filter((profile) => isOffered(profile, region))
    .filter(({ type }) => !request.type || type === request.type);
  const start = request.nextToken === undefined ? 0 : positionOf(request.nextToken);
  const end = start + (request.maxResults ?? defaultPageSize);
  return {
    inferenceProfileSummaries: summaries.slice(start, end),
    ...(end < summaries.length && { nextToken: tokenOf(end) }),
  };
}

function inferenceProfile({ identifier }: Requests["GetInferenceProfile"]): ProfileSummary {
  const profile = inferenceProfiles.find(
    (profile) =>
      profile.inferenceProfileId === identifier || profile.inferenceProfileArn === identifier,
  );
  if (profile) return profile;
  throw notFound(`Could not find inference profile ${identifier}.`);
}

function listFoundationModels(request: Requests["ListFoundationModels"]): JsonObject {
  const { byProvider, byCustomizationType, byOutputModality, byInferenceType } = request;
  const matches = (values: string[], filter: string | undefined) =>
    filter === undefined || values.includes(filter);
  const modelSummaries = foundationModels.filter(
    (model) =>
      matches([model.providerName.toLowerCase()], byProvider?.toLowerCase()) &&
      matches(model.customizationsSupported, byCustomizationType) &&
      matches(model.outputModalities, byOutputModality) &&
      matches(model.inferenceTypesSupported, byInferenceType),
  );
  return { modelSummaries };
}

function foundationModel({ identifier }: Requests["GetFoundationModel"]): FoundationModel {
  const model = foundationModels.find(
    ({ modelId, modelArn }) => modelId === identifier || modelArn === identifier,
  );
  if (model) return model;
  throw notFound(`Could not resolve the foundation model from the model identifier ${identifier}.`);
}

function tokenOf(position: number): string {
  return Buffer.from(`from:${position}`).toString("base64url");
}

function positionOf(token: string): number {
  const position = /^from:(\d+)$/.exec(Buffer.from(token, "base64url").toString())?.[1];
  if (position === undefined) throw invalid("The provided next token is invalid.");
  return Number(position);
}

function notFound(message: string): AwsError {
  return new AwsError("ResourceNotFoundException", message, {}, 404);
}
