import { describe, expect, test } from "vitest";
import { type AgentPlace, ownershipRule } from "@/lib/usage/rules/ownership";

const row = (agent_name: string, machine: string | null, deployment_env: string | null = null) =>
  ({ agent_name, state_machine_name: machine, deployment_env }) satisfies AgentPlace;
const series = (agent: string, state_machine_name?: string) => ({
  agent,
  ...(state_machine_name && { state_machine_name }),
});

const own = (proof: string) => ({ environment: "prod", isRegistered: true, proof });
const foreign = (environment: string, proof: string) => ({
  environment,
  isRegistered: false,
  proof,
});
const unproven = { environment: null, isRegistered: false, proof: null };

describe("in the environment prod", () => {
  const rows = [
    row("sql-agent", "sql-agent-prod", "prod"),
    row("maps-agent", "maps-dev"),
    row("bare-agent", null),
    row("moved-agent", "moved-agent-dev", "dev"),
    row("moved-agent", "other-machine", "dev"),
    row("odd-agent", "odd-agent-prod", "dev"),
    row("regional-agent", "regional-agent-emea", "emea"),
  ];
  const judge = ownershipRule("prod", rows);

  test.each([
    ["the machine of a row", series("sql-agent", "sql-agent-prod"), own("row")],
    [
      "a row's machine in an ARN",
      series("x", "arn:aws:states:eu-west-1:1:stateMachine:sql-agent-prod:7"),
      own("row"),
    ],
    ["a row's machine, whatever its name", series("maps-agent", "maps-dev"), own("row")],
    ["a row's agent, without a machine", series("sql-agent"), own("row")],
    ["a row without a machine", series("bare-agent", "bare-agent-v2"), own("row")],
    ["a row that its own machine contradicts", series("odd-agent", "odd-agent-prod"), own("row")],
    [
      "a row of another environment",
      series("moved-agent", "moved-agent-dev"),
      foreign("dev", "row"),
    ],
    ["the agent of such a row", series("moved-agent"), foreign("dev", "row")],
    [
      "a row of an environment with any name",
      series("regional-agent", "regional-agent-emea"),
      foreign("emea", "row"),
    ],
    [
      "the same agent's machine elsewhere",
      series("sql-agent", "sql-agent-dev"),
      foreign("dev", "name"),
    ],
    [
      "another agent's machine elsewhere",
      series("new-agent", "new-agent_STAGING"),
      foreign("staging", "name"),
    ],
    [
      "a machine of an environment that rows name",
      series("new-agent", "new-agent-emea"),
      foreign("emea", "name"),
    ],
    [
      "a row without a machine, whose machine is elsewhere",
      series("bare-agent", "bare-agent-qa"),
      foreign("qa", "name"),
    ],
    ["an agent whose own name ends like an environment", series("game-dev", "game-dev"), unproven],
    ["a machine with an unknown suffix", series("sql-agent", "sql-agent-v2"), unproven],
    ["a machine with this environment's suffix", series("gone", "gone-prod"), unproven],
    ["a machine with a synonym of it", series("gone", "gone-production"), unproven],
    ["a machine named after an environment", series("gone", "dev"), unproven],
    ["an unknown agent without a machine", series("gone-dev"), unproven],
    ["a metric without an agent", {}, unproven],
  ])("%s", (_, dimensions, expected) => {
    expect(judge(dimensions, null)).toEqual(expected);
  });

  test("an earlier proof outlives the row, and a row outweighs it", () => {
    const recorded = { environment: "prod", isRegistered: false, proof: "recorded" };
    expect(judge(series("gone", "gone-dev"), "prod")).toEqual(recorded);
    expect(judge(series("gone", "gone-prod"), "dev")).toEqual({ ...recorded, environment: "dev" });
    expect(judge(series("sql-agent", "sql-agent-prod"), "dev")).toEqual(own("row"));
  });

  test("without the rows, only an earlier proof counts", () => {
    const blind = ownershipRule("prod", null);
    const unknown = { environment: null, isRegistered: true, proof: null };
    expect(blind(series("sql-agent", "sql-agent-dev"), null)).toEqual(unknown);
    expect(blind(series("sql-agent", "sql-agent-dev"), "dev")).toMatchObject({
      environment: "dev",
      proof: "recorded",
    });
  });
});

test("a console on dev sees the machines of prod as foreign, also with rows copied from there", () => {
  const judge = ownershipRule("dev", [
    row("sql-agent", "sql-agent-dev", "dev"),
    row("maps-agent", "maps-agent-prod", "prod"),
  ]);
  expect(judge(series("sql-agent", "sql-agent-dev"), null)).toMatchObject({ environment: "dev" });
  expect(judge(series("sql-agent", "sql-agent-prod"), null)).toEqual(foreign("prod", "name"));
  expect(judge(series("maps-agent", "maps-agent-prod"), null)).toEqual(foreign("prod", "row"));
});

describe("in an environment whose name no row uses", () => {
  const rows = [row("sql-agent", "sql-agent-prod", "prod"), row("new-agent", "new-agent", "prod")];

  test("nothing is foreign, because rows and machines may name it otherwise", () => {
    const judge = ownershipRule("acme", rows);
    expect(judge(series("sql-agent", "sql-agent-prod"), null)).toMatchObject({
      proof: "row",
      environment: "acme",
    });
    expect(judge(series("new-agent", "new-agent"), null)).toMatchObject({ environment: "acme" });
    expect(judge(series("gone", "gone-dev"), null)).toEqual(unproven);
  });

  test("names that share a word with it may be the same", () => {
    const judge = ownershipRule("eu-prod", rows);
    expect(judge(series("sql-agent", "sql-agent-prod"), null)).toMatchObject({
      environment: "eu-prod",
    });
  });

  test("one row with its own suffix is enough to compare", () => {
    const judge = ownershipRule("acme", [...rows, row("own-agent", "own-agent-acme")]);
    expect(judge(series("gone", "gone-dev"), null)).toEqual(foreign("dev", "name"));
    expect(judge(series("gone", "gone-acme"), null)).toEqual(unproven);
  });
});

test("two environments whose names share a word differ where rows use both", () => {
  const judge = ownershipRule("prod-eu", [row("a", "a-1", "prod-eu"), row("b", "b-1", "prod-us")]);
  expect(judge(series("b", "b-1"), null)).toEqual(foreign("prod-us", "row"));
  expect(judge(series("c", "c-prod-us"), null)).toEqual(foreign("prod-us", "name"));
  expect(judge(series("c", "c-prod"), null)).toEqual(unproven);
});
