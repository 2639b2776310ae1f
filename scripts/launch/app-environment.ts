import { devNull } from "node:os";
import { type Environment, readEnvironment } from "@/lib/env";
import { type ProviderId, providers } from "@/lib/providers/schema";
import { nextVariables } from "./build";
import { LaunchError, reasonOf } from "./launch-error";
import type { SignIn } from "./settings";

/** Where the stand-ins say they are. */
export const localRegion = "eu-west-1";

/** Any AWS client works against the stand-in; none of these is anybody's identity. */
export const localCredentials = { accessKeyId: "local", secretAccessKey: "local" };

/** A notice for us, not for who starts the console. */
const quiet = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };

export type AppMode = "production" | "development";

type Source = { mode: AppMode; port: number; signIn: SignIn };

function base({ mode, port, signIn }: Source): NodeJS.ProcessEnv {
  return {
    ...nextVariables(mode),
    ...signIn,
    NEXTAUTH_URL: `http://localhost:${port}`,
    // A line for each request would hide the sign-in link.
    LOG_LEVEL: process.env.LOG_LEVEL || "warn",
    // Next would read .env files again and bring back what is taken out below.
    __NEXT_PROCESSED_ENV: "true",
  };
}

/** Everything of AWS but our own settings goes: profiles, tokens, endpoints of single services. */
function withoutAws(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = { ...variables };
  for (const name of Object.keys(kept)) if (name.startsWith("AWS_")) delete kept[name];
  return kept;
}

/** @throws LaunchError with everything that is wrong, without values. */
function validated(variables: NodeJS.ProcessEnv): Environment {
  try {
    return readEnvironment(variables);
  } catch (error) {
    throw new LaunchError(reasonOf(error));
  }
}

export type Upstreams = Record<ProviderId, string>;

/** The environment of an app that sees the stand-ins only. */
export class LocalEnvironment {
  /** What is configured, with the providers' real base URLs (or those that were set). */
  readonly configured: Environment;
  readonly #variables: NodeJS.ProcessEnv;

  /** @throws LaunchError when a variable that was set cannot be used. */
  constructor(source: Source) {
    this.#variables = {
      ...withoutAws(base(source)),
      ...quiet,
      AWS_REGION: localRegion,
      BEDROCK_REGION: localRegion,
      AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: devNull,
      AWS_EC2_METADATA_DISABLED: "true",
      CONSOLE_LABEL: "Local stand-in",
    };
    const upstreamOfBedrock = process.env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME;
    this.configured = validated({
      ...this.#variables,
      ...(upstreamOfBedrock && { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: upstreamOfBedrock }),
    });
  }

  /** Where requests go whose key is not a sandbox key. */
  get upstreams(): Upstreams {
    const { configured } = this;
    const bases = providers.map(({ id, base_url }) => [id, configured[base_url.variable]]);
    return Object.fromEntries(bases) as Upstreams; // One entry for each provider.
  }

  /**
   * The app's variables, with the stand-ins in the place of AWS and the providers.
   * @param baseUrls the simulator's; a provider that it does not play keeps its own
   * @param seed what SEED said when the data folder was filled
   */
  forApp(awsUrl: string, baseUrls: Partial<Upstreams>, seed: string): NodeJS.ProcessEnv {
    return {
      ...this.#variables,
      ...(seed === "default" && { CONSOLE_LABEL: "Local stand-in, sample data" }),
      AWS_ENDPOINT_URL: awsUrl,
      ...Object.fromEntries(
        providers.map(({ id, base_url }) => [
          base_url.variable,
          baseUrls[id] ?? this.configured[base_url.variable],
        ]),
      ),
    };
  }
}

/** The app's variables against real AWS: everything that was set, and the local sign-in. */
export function liveEnvironment(source: Source, region: string): NodeJS.ProcessEnv {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  const variables = {
    ...base(source),
    ...quiet,
    AWS_REGION: region,
    CONSOLE_LABEL:
      process.env.CONSOLE_LABEL || (endpoint ? `AWS endpoint ${endpoint}` : "Live AWS"),
  };
  validated(variables);
  return variables;
}
