import { expect } from "vitest";
import type { RawItem } from "@/lib/aws/attributes";
import { providerDetails } from "@/lib/providers/rules/details";
import { providerIds } from "@/lib/providers/schema";
import type { Trial, TrialList } from "@/lib/trials/schema";
import { basePaths } from "../../scripts/simulator/routes";
import { type GatedCall, startProviderGate } from "../support/provider-gate";
import { startServiceProcess } from "../support/service-processes";
import { agentPath } from "./console";
import { startConsole } from "./running-console";

export const trialAgent = "research-agent";
export const trialAgentPath = agentPath(trialAgent, "v1.0");
const path = `${trialAgentPath}/trials`;

export const presentModel = "gpt-4o";
export const otherModel = "gpt-4o-mini";
export const messages = Array.from({ length: 5 }, (_, index) => `Who is Company ${index}?`);
export const trialRequest = {
  targets: [{ provider: "openai", model_id: otherModel }],
  cases: { messages: messages.map((content) => [{ role: "user", content }]) },
  limit_usd: 1,
};
/** Cells of both models. */
export const cells = 2 * messages.length;

/** A console, and further copies of it whose calls to OpenAI pass a gate. */
export async function startTrialCopies() {
  const app = await startConsole({ seed: "default" });
  const gate = await startProviderGate(app.simulatorUrl, basePaths.openai);
  let processes: ReturnType<typeof startServiceProcess>[] = [];
  /** Rows to put back after a test. */
  let taken: { table: string; row: RawItem }[] = [];

  function startCopy(...args: string[]) {
    const bases = providerIds.map((id) => [
      providerDetails[id].base_url_variable,
      id === "openai" ? gate.baseUrl : app.simulatorUrl + basePaths[id],
    ]);
    const variables = {
      AWS_REGION: "eu-west-1",
      AWS_ENDPOINT_URL: app.awsUrl,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      NEXTAUTH_URL: app.url,
      NEXTAUTH_SECRET: "a secret of the tests, long enough",
      ...Object.fromEntries(bases),
    };
    const process = startServiceProcess(variables, "prod", args);
    processes.push(process);
    return process;
  }

  /** The newest trial, once it is as expected. */
  async function newest(isExpected: (trial: Trial) => boolean): Promise<Trial> {
    let found: Trial | null = null;
    await expect
      .poll(
        async () => {
          const list = await app.admin.get(path);
          const [trial] = (list.body as TrialList).trials; // By the contract.
          if (!trial) return false;
          found = await read(trial.id);
          return isExpected(found);
        },
        { interval: 100, timeout: 200_000 },
      )
      .toBe(true);
    if (!found) throw new Error("There is no trial.");
    return found;
  }

  async function read(id: string): Promise<Trial> {
    return (await app.admin.get(`${path}/${id}`)).body as Trial; // By the contract.
  }

  async function ended(id: string): Promise<Trial> {
    await expect.poll(async () => (await read(id)).status).not.toBe("running");
    return read(id);
  }

  /** A copy that starts a trial, and ends when no trial runs. */
  const startTrial = (more: object = {}) =>
    startCopy("try", trialAgent, JSON.stringify({ ...trialRequest, ...more }));

  /** Holds these calls, or all, until `release`. */
  function holdCalls(isHeld = (_: GatedCall) => true): () => void {
    const { released, release } = heldCalls();
    gate.decide = async (call) => {
      if (isHeld(call)) await released;
      return null;
    };
    return release;
  }

  /** Puts a row, and its former values back after the test. */
  async function replace(table: string, key: RawItem, change: (row: RawItem) => RawItem | null) {
    const row = await app.aws.find(table, key);
    if (!row) throw new Error("There is no such row.");
    taken.push({ table, row });
    const changed = change(row);
    if (changed) await app.aws.put(table, changed);
    else await app.aws.remove(table, key);
  }

  async function putBack(): Promise<void> {
    for (const { table, row } of taken.toReversed()) await app.aws.put(table, row);
    taken = [];
  }

  return {
    app,
    gate,
    newest,
    read,
    ended,
    startTrial,
    holdCalls,
    /** Starts a trial and holds its first calls until `release`. */
    async startHeld(more: object = {}) {
      const release = holdCalls();
      const copy = startTrial(more);
      const { id } = await newest(() => gate.calls.length === callConcurrency);
      return { id, copy, release };
    },
    async stopTrial(id: string): Promise<void> {
      const { status, text } = await app.admin.post(`${path}/${id}/stop`, {});
      expect(status, text).toBe(200);
    },
    async resume(id: string, body: object = {}): Promise<Trial> {
      const { status, text } = await app.admin.post(`${path}/${id}/resume`, body);
      expect(status, text).toBe(200);
      return ended(id);
    },
    /** A copy that goes on with trials, and ends when none runs. */
    resumeTrials: () => startCopy("resume-trials", trialAgent),
    /** Somebody outside changes a row. */
    setAttribute: (table: string, key: RawItem, name: string, value: RawItem[string]) =>
      replace(table, key, (row) => ({ ...row, [name]: value })),
    /** Somebody outside deletes a row, or one attribute of it. */
    takeAway: (table: string, key: RawItem, attribute?: string) =>
      replace(table, key, ({ [attribute ?? ""]: _, ...rest }) => (attribute ? rest : null)),
    putBack,
    async killCopies() {
      await putBack();
      for (const process of processes) process.kill();
      await Promise.all(processes.map(({ exit }) => exit));
      processes = [];
      gate.reset();
    },
    async stop() {
      gate.stop();
      await app.stop();
    },
  };
}

/** Calls of all copies to one provider at a time, each on its own. */
export const callConcurrency = 4;
export const nameOfCall = ({ model, message }: GatedCall) => `${model}: ${message}`;
export const never = () => new Promise<never>(() => {});

/** Holds what calls it until `release`. */
export function heldCalls() {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { released, release: () => release() };
}
