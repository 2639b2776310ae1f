import { devNull } from "node:os";
import { type Environment, readEnvironment } from "@/lib/env";
import { providerDetails } from "@/lib/providers/rules/details";
import { type ProviderId, providerIds } from "@/lib/providers/schema";
import { nextVariables } from "./build";
import { LaunchError, reasonOf } from "./launch-error";
import type { SignIn } from "./settings";

/** The region of the stand-ins. */
export const localRegion = "eu-west-1";

/** Fake credentials for the stand-in. */
export const localCredentials = { accessKeyId: "local", secretAccessKey: "local" };

/** Hides a notice meant for developers. */
const quiet = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };

export type AppMode = "production" | "development";

type Source = { mode: AppMode; port: number; signIn: SignIn };

function base({ mode, port, signIn }: Source): NodeJS.ProcessEnv {
  return {
    ...nextVariables(mode),
    ...signIn,
    NEXTAUTH_URL: `http://localhost:${port}`,
    // A log line per request would hide the sign-in link.
    LOG_LEVEL: process.env.LOG_LEVEL || "warn",
    // There is no proxy in front of the app, so any client could set X-Forwarded-For.
    TRUSTED_PROXIES: process.env.TRUSTED_PROXIES || "0",
    // Stop Next from loading .env files again.
    __NEXT_PROCESSED_ENV: "true",
  };
}

/** Removes AWS's own variables: profiles, tokens and endpoints of single services. */
function withoutAws(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const others = Object.entries(variables).filter(([name]) => !name.startsWith("AWS_"));
  return Object.fromEntries(others) as NodeJS.ProcessEnv; // Next's types require NODE_ENV, which stays.
}

/** @throws LaunchError that lists every invalid variable, without values. */
function validated(variables: NodeJS.ProcessEnv): Environment {
  try {
    return readEnvironment(variables);
  } catch (error) {
    throw new LaunchError(reasonOf(error));
  }
}

export type Upstreams = Record<ProviderId, string>;

/** The environment of an app that connects only to the stand-ins. */
export class LocalEnvironment {
  /** The configuration, with the providers' real base URLs or those set in the environment. */
  readonly configured: Environment;
  readonly #variables: NodeJS.ProcessEnv;

  /** @throws LaunchError if a variable is invalid. */
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
      ALLOW_RUNS: process.env.ALLOW_RUNS || "true",
    };
    const bedrockUpstream = process.env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME;
    this.configured = validated({
      ...this.#variables,
      ...(bedrockUpstream && { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrockUpstream }),
    });
  }

  /** The destinations of requests without a sandbox key. */
  get upstreams(): Upstreams {
    const { configured } = this;
    const bases = providerIds.map((id) => [id, configured[providerDetails[id].base_url_variable]]);
    return Object.fromEntries(bases) as Upstreams; // `bases` has an entry per provider.
  }

  /**
   * The app's variables, with the stand-ins in place of AWS and the providers.
   * @param baseUrls the simulator's; a provider that it doesn't support keeps its own
   * @param seed the value of SEED when the data folder was populated
   */
  forApp(awsUrl: string, baseUrls: Partial<Upstreams>, seed: string): NodeJS.ProcessEnv {
    return {
      ...this.#variables,
      ...(seed === "default" && { CONSOLE_LABEL: "Local stand-in, sample data" }),
      AWS_ENDPOINT_URL: awsUrl,
      ...Object.fromEntries(
        providerIds.map((id) => [
          providerDetails[id].base_url_variable,
          baseUrls[id] ?? this.configured[providerDetails[id].base_url_variable],
        ]),
      ),
    };
  }
}

/** The app's variables for real AWS: the current environment and the local sign-in. */
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
