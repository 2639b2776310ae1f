import { describe, expect, it } from "vitest";
import { knownModels } from "@/lib/models/rules/known-models";
import { knownRefusals } from "@/lib/models/rules/known-refusals";
import { providerIds } from "@/lib/providers/schema";
import failures from "../../../scripts/simulator/failures.json";
import simulated from "../../../scripts/simulator/models.json";
import refused from "../../../scripts/simulator/refusals.json";

/** A row of the simulator's own table, as far as both tables speak of it. */
type Row = {
  id: string;
  lifecycle: string;
  retires_on?: string;
  source: string[];
  read_on: string;
};

const rowsOf = (provider: (typeof providerIds)[number]): Row[] => simulated.models[provider];

/** Bedrock's rows of the simulator are base models. */
const baseOf = (provider: string, id: string) =>
  provider === "bedrock" ? id.replace(/^(us-gov|us|eu|apac|global|jp|au|ca)\./, "") : id;

/** The lifecycle that applies today: a date that is past retires the model. */
function lifecycleOf({ lifecycle, retires_on = null }: StatedLifecycle) {
  const isPast = retires_on != null && Date.parse(retires_on) <= Date.now();
  return isPast ? "retired" : lifecycle;
}
type StatedLifecycle = { lifecycle: string | null; retires_on?: string | null };

/** Every sentence is one fact on which the console's table and the simulator's contradict. */
function disagreements(): string[] {
  return knownModels.flatMap(({ provider, model_id, ...ours }) => {
    const name = `${provider} ${model_id}`;
    const theirs = rowsOf(provider).find(({ id }) => id === baseOf(provider, model_id));
    if (!theirs) return [`The simulator doesn't know ${name}.`];
    const [console, simulator] = [lifecycleOf(ours), lifecycleOf(theirs)];
    // Null is unknown, which contradicts nothing but a retirement or its announcement.
    const isUnknown = console === null && simulator === "active";
    const isDateEqual = (ours.retires_on ?? null) === (theirs.retires_on ?? null);
    return [
      ...(console === simulator || isUnknown
        ? []
        : [`The console says that ${name} is ${console}, the simulator ${simulator}.`]),
      ...(isDateEqual
        ? []
        : [
            `The console retires ${name} on ${ours.retires_on}, the simulator on ${theirs.retires_on}.`,
          ]),
    ];
  });
}

type Refusal = { provider: string; parameter: string; when: string; families: string[] };

function refusalDisagreements(): string[] {
  const describeRefusal = ({ provider, families, parameter, when }: Refusal) =>
    `${provider} [${families.join(", ")}] ${parameter} ${when}`;
  const facts = ({ status, body, ...more }: (typeof refused.refusals)[number]) =>
    JSON.stringify([
      status,
      body,
      more.except ?? [],
      more.headers ?? {},
      "tool_names" in more ? more.tool_names : null,
    ]);
  const byParameter = knownRefusals.filter(({ id_contains }) => id_contains === undefined);
  const ours = new Map(
    byParameter.map((refusal) => [describeRefusal(refusal), facts(refusal as never)]),
  );
  const theirs = new Map(
    refused.refusals.map((refusal) => [describeRefusal(refusal), facts(refusal)]),
  );
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((name) => {
    if (!theirs.has(name)) return [`Only the console knows the refusal ${name}.`];
    if (!ours.has(name)) return [`Only the simulator knows the refusal ${name}.`];
    return ours.get(name) === theirs.get(name)
      ? []
      : [`The refusal ${name} is answered differently by the console and the simulator.`];
  });
}

describe("the simulator's own facts", () => {
  it("agree with the console's table about every model", () => {
    expect(disagreements()).toEqual([]);
  });

  it("agree with the console's table about every refusal", () => {
    expect(refusalDisagreements()).toEqual([]);
  });

  it("answer a Bedrock ID with a slash as the console says", () => {
    const { status, body } = failures.bedrock.not_found;
    expect(knownRefusals.find(({ id_contains }) => id_contains === "/")).toMatchObject({
      status,
      body,
    });
  });

  it("have a day, and a source for every retirement", () => {
    for (const provider of providerIds) {
      for (const { id, lifecycle, source, read_on } of rowsOf(provider)) {
        expect(read_on, id).toMatch(/^\d{4}-\d{2}-\d{2}$/);
        if (lifecycle === "retired") expect(source, id).not.toEqual([]);
      }
    }
  });

  it("list no id or alias twice", () => {
    for (const provider of providerIds) {
      const ids = rowsOf(provider).flatMap((row) => [
        row.id,
        ...("aliases" in row ? (row.aliases as string[]) : []),
      ]);
      expect(new Set(ids).size, provider).toBe(ids.length);
    }
  });
});
