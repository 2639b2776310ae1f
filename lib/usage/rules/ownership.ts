import type { Dimensions } from "./dimensions";

/** The members of an AgentRegistry row that show where its agent runs. */
export type AgentPlace = {
  agent_name: string;
  state_machine_name: string | null;
  deployment_env: string | null;
};

/**
 * The owner of a series. Totals leave out only usage that is proven to belong to another
 * environment.
 */
export type Ownership = {
  /** The environment that the series is proven to belong to; null without proof. */
  environment: string | null;
  /**
   * True if a row of this registry names the agent or its state machine, or if the rows are
   * unknown.
   */
  isRegistered: boolean;
  /** What proves it: a row, an earlier proof, or only the state machine's name. */
  proof: "row" | "recorded" | "name" | null;
};

/** @param recorded the environment proven by an earlier reading, or null */
export type OwnershipRule = (dimensions: Dimensions, recorded: string | null) => Ownership;

/** Different names that deployments use for the same environment. */
const synonyms: readonly (readonly string[])[] = [
  ["prod", "production", "prd", "live"],
  ["dev", "develop", "development"],
  ["test", "testing"],
  ["staging", "stage", "stg"],
  ["preprod", "preproduction"],
  ["sandbox", "sbx"],
  ["qa"],
  ["uat"],
  ["demo"],
  ["nonprod"],
];
/** "live" is left out, because names of agents end with it too. */
const machineSuffixes = synonyms.flat().filter((name) => name !== "live");

const canonical = (name: string) => synonyms.find((names) => names.includes(name))?.[0] ?? name;
const isKnownName = (name: string) => synonyms.some((names) => names.includes(name));
const wordsOf = (name: string) => name.split(/[-_.]/).map(canonical);
const hasCommonWord = (a: string, b: string) =>
  wordsOf(a).some((word) => wordsOf(b).includes(word));

/** Whether a name ends with the word after a separator. */
function endsWithWord(name: string, word: string): boolean {
  const separator = name.charAt(name.length - word.length - 1);
  return name.length > word.length + 1 && name.endsWith(word) && /[-_.]/.test(separator);
}

/**
 * Decides which environment a series belongs to, because all environments of an account share one CloudWatch namespace.
 * @param environment the console's own
 * @param rows all rows of its AgentRegistry; null if unknown; then only earlier proofs count
 */
export function ownershipRule(
  environment: string,
  rows: readonly AgentPlace[] | null,
): OwnershipRule {
  const places = rows ?? [];
  const foreign = foreignNames(environment.toLowerCase(), places);

  function fromRows(matching: readonly AgentPlace[]): Ownership | null {
    const [first, ...others] = matching.map(foreign.inRow);
    if (first === undefined) return null;
    const isOwn = first === null || others.includes(null);
    return { environment: isOwn ? environment : first, isRegistered: isOwn, proof: "row" };
  }

  return (dimensions, recorded) => {
    const machine = machineNameOf(dimensions.state_machine_name ?? "");
    const ofAgent = places.filter((row) => row.agent_name === dimensions.agent);
    const ofMachine = places.filter((row) => machine && row.state_machine_name === machine);
    const certain = fromRows(machine ? ofMachine : ofAgent);
    if (certain) return certain;
    const withoutMachine = ofAgent.filter((row) => row.state_machine_name === null);
    const isRegistered = rows === null || withoutMachine.length > 0;
    if (recorded !== null) return { environment: recorded, isRegistered, proof: "recorded" };
    const inName = rows && foreign.inName(machine.toLowerCase(), dimensions.agent?.toLowerCase());
    if (inName) return { environment: inName, isRegistered: false, proof: "name" };
    return fromRows(withoutMachine) ?? { environment: null, isRegistered, proof: null };
  };
}

/** Finds the names of other environments in rows and in names of state machines. */
function foreignNames(own: string, rows: readonly AgentPlace[]) {
  const hasOwnSuffix = (machine: string) => endsWithWord(machine.toLowerCase(), own);
  const labels = [...new Set(rows.flatMap((row) => row.deployment_env?.toLowerCase() || []))];
  const usesOwnLabel = labels.includes(own);
  /** In an environment called "acme", a row or a name with "prod" may be the environment's own. */
  const isComparable =
    isKnownName(own) ||
    usesOwnLabel ||
    rows.some(({ state_machine_name: name }) => name !== null && hasOwnSuffix(name));

  function isForeignLabel(label: string): boolean {
    if (!isComparable || canonical(label) === canonical(own)) return false;
    return usesOwnLabel || (isKnownName(label) && !hasCommonWord(label, own));
  }

  function inRow({ deployment_env, state_machine_name }: AgentPlace): string | null {
    if (!deployment_env || !isForeignLabel(deployment_env.toLowerCase())) return null;
    const contradicts = state_machine_name !== null && hasOwnSuffix(state_machine_name);
    return contradicts ? null : deployment_env;
  }

  const suffixes = [
    ...labels.filter(isForeignLabel),
    ...machineSuffixes.filter((suffix) => !hasCommonWord(suffix, own)),
  ];

  function inName(machine: string, agent: string | undefined): string | null {
    if (!isComparable || machine === agent || hasOwnSuffix(machine)) return null;
    return suffixes.find((suffix) => endsWithWord(machine, suffix)) ?? null;
  }

  return { inRow, inName };
}

/**
 * The name in `arn:aws:states:REGION:ACCOUNT:stateMachine:NAME`, also with `:VERSION` or `:ALIAS`,
 * or the name itself.
 */
function machineNameOf(arnOrName: string): string {
  return arnOrName.startsWith("arn:") ? (arnOrName.split(":")[6] ?? "") : arnOrName;
}
