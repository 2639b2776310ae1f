import catalog from "./catalog.json" with { type: "json" };

interface CatalogModel {
  id: string;
  name: string;
  provider: string;
  input: string[];
  output: string[];
  inference: string[];
  status: string;
  /** When calls of the model begin to fail, if announced. */
  end_of_life?: string;
  streaming: boolean;
  customizations?: string[];
  /** Names the regions of the model's `eu.` profile; absent if the model has none. */
  eu_route?: string;
  /** Whether the model has a `global.` profile. */
  global?: boolean;
}

/** An inference profile in the shape of AWS's InferenceProfileSummary. */
export interface ProfileSummary {
  inferenceProfileId: string;
  inferenceProfileName: string;
  inferenceProfileArn: string;
  description?: string;
  models: { modelArn: string }[];
  status: "ACTIVE";
  type: "SYSTEM_DEFINED" | "APPLICATION";
  createdAt: string;
  updatedAt: string;
}

const { region, account, created_at: createdAt } = catalog;
const models: CatalogModel[] = catalog.models;
const routes = new Map(Object.entries(catalog.routes));

/** The only region in the catalog. */
export const catalogRegion = region;

/** The region's base models, as ListFoundationModels lists them. */
export const foundationModels = models.map((model) => ({
  modelArn: modelArn(region, model.id),
  modelId: model.id,
  modelName: model.name,
  providerName: model.provider,
  inputModalities: model.input,
  outputModalities: model.output,
  responseStreamingSupported: model.streaming,
  customizationsSupported: model.customizations ?? [],
  inferenceTypesSupported: model.inference,
  modelLifecycle: {
    status: model.status,
    ...(model.end_of_life !== undefined && { endOfLifeTime: model.end_of_life }),
  },
}));

export type FoundationModel = (typeof foundationModels)[number];

/** The profiles that AWS defines in the region, followed by the account's own. */
export const inferenceProfiles: ProfileSummary[] = [
  ...models.flatMap(regionalProfile),
  ...models.flatMap(globalProfile),
  ...catalog.application_profiles.map(applicationProfile),
];

function regionalProfile(model: CatalogModel): ProfileSummary[] {
  const regions = routes.get(model.eu_route ?? "");
  if (!regions) return [];
  const name = `${model.provider} ${model.name}`;
  const regionList = `${regions.slice(0, -1).join(", ")} and ${regions.at(-1)}`;
  const description = `Routes requests to ${name} in ${regionList}.`;
  return [systemProfile("eu", model, { name: `EU ${name}`, description, regions })];
}

/** A global profile lists its source region's model and one ARN without a region. */
function globalProfile(model: CatalogModel): ProfileSummary[] {
  if (!model.global) return [];
  const name = `${model.provider} ${model.name}`;
  const description = `Routes requests to ${name} globally across all supported AWS Regions.`;
  const regions = [region, ""];
  return [systemProfile("global", model, { name: `Global ${name}`, description, regions })];
}

function systemProfile(
  geography: string,
  { id }: CatalogModel,
  { name, description, regions }: { name: string; description: string; regions: string[] },
): ProfileSummary {
  const inferenceProfileId = `${geography}.${id}`;
  return {
    inferenceProfileId,
    inferenceProfileName: name,
    inferenceProfileArn: `arn:aws:bedrock:${region}:${account}:inference-profile/${inferenceProfileId}`,
    description,
    models: regions.map((name) => ({ modelArn: modelArn(name, id) })),
    status: "ACTIVE",
    type: "SYSTEM_DEFINED",
    createdAt,
    updatedAt: createdAt,
  };
}

function applicationProfile(
  profile: (typeof catalog.application_profiles)[number],
): ProfileSummary {
  const { id, name, description, created_at, model, regions } = profile;
  return {
    inferenceProfileId: id,
    inferenceProfileName: name,
    inferenceProfileArn: `arn:aws:bedrock:${region}:${account}:application-inference-profile/${id}`,
    ...(description !== undefined && { description }),
    models: regions.map((name) => ({ modelArn: modelArn(name, model) })),
    status: "ACTIVE",
    type: "APPLICATION",
    createdAt: created_at,
    updatedAt: created_at,
  };
}

function modelArn(inRegion: string, id: string): string {
  return `arn:aws:bedrock:${inRegion}::foundation-model/${id}`;
}
