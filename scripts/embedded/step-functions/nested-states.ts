import { anySignal } from "../any-signal";
import { isJsonObject } from "../json";
import { expressionOf, type StateGraph } from "./definition";
import { evaluateAs, evaluateField } from "./expressions";
import { EvaluationFailure, Stopped } from "./failure";
import type { Chain } from "./history";
import { bindingsOf, type Frame, type Run, type RunGraph, Scope } from "./run";

/** AWS's limit of concurrent iterations of an inline Map. */
const maxIterations = 40;

/** Runs the iterations of an inline Map. @returns their outputs, in the items' order */
export async function runMap(frame: Frame, runGraph: RunGraph): Promise<unknown> {
  const { run, state, chain } = frame;
  const items = await itemsOf(frame);
  const bindings = bindingsOf(frame);
  const limit =
    state.MaxConcurrency === undefined
      ? 0
      : Number(await evaluateAs("number", state.MaxConcurrency, "MaxConcurrency", bindings));
  const started = run.history.add(chain, "MapStateStarted", [
    "mapStateStartedEventDetails",
    { length: items.length },
  ]);
  // The definition was checked when it was stored.
  const processor = (state.ItemProcessor ?? state.Iterator) as StateGraph;
  const outputs = await runAll(frame, items.length, limit || maxIterations, (group, index) => {
    const runItem: RunItem = (scope, input, itemChain) =>
      runGraph(group, processor, input, scope, itemChain);
    return runIteration(frame, runItem, items[index], index, started);
  });
  run.history.add(chain, "MapStateSucceeded");
  return outputs;
}

/** An object's members are items, each an object of Key and Value. */
async function itemsOf(frame: Frame): Promise<unknown[]> {
  const { Items } = frame.state;
  const bindings = bindingsOf(frame);
  const value = Items === undefined ? frame.input : await evaluateField(Items, "Items", bindings);
  if (Array.isArray(value)) return value;
  if (isJsonObject(value)) return Object.entries(value).map(([Key, Value]) => ({ Key, Value }));
  throw new EvaluationFailure(
    expressionOf(Items) ?? "",
    "Items",
    `returned an unexpected result type. Expected 'array', but was '${value === null ? "null" : typeof value}' for value: ${JSON.stringify(value)}`,
  );
}

type RunItem = (scope: Scope, input: unknown, chain: Chain) => Promise<unknown>;

async function runIteration(
  frame: Frame,
  runItem: RunItem,
  item: unknown,
  index: number,
  started: number,
): Promise<unknown> {
  const { history } = frame.run;
  const chain: Chain = { last: started };
  const record = (suffix: string): number => {
    const details = { name: frame.name, index };
    return history.add(chain, `MapIteration${suffix}`, [
      `mapIteration${suffix}EventDetails`,
      details,
    ]);
  };
  record("Started");
  const scope = new Scope(frame.scope, { Index: index, Value: item });
  try {
    const input = await selectItem({ ...frame, scope }, item);
    const output = await runItem(scope, input, chain);
    frame.chain.last = record("Succeeded");
    return output;
  } catch (error) {
    frame.chain.last = record(error instanceof Stopped ? "Aborted" : "Failed");
    throw error;
  }
}

function selectItem(frame: Frame, item: unknown): Promise<unknown> {
  const { ItemSelector } = frame.state;
  if (ItemSelector === undefined) return Promise.resolve(item);
  return evaluateField(ItemSelector, "ItemSelector", bindingsOf(frame));
}

/** Runs the branches of a Parallel state. @returns their outputs, in the branches' order */
export async function runParallel(frame: Frame, runGraph: RunGraph): Promise<unknown> {
  const { run, state, chain } = frame;
  const input =
    state.Arguments === undefined
      ? frame.input
      : await evaluateField(state.Arguments, "Arguments", bindingsOf(frame));
  const branches = state.Branches ?? [];
  const started = run.history.add(chain, "ParallelStateStarted");
  const outputs = await runAll(frame, branches.length, branches.length, (group, index) => {
    const branch: Chain = { last: started };
    // `index` is less than the number of branches.
    const graph = branches[index] as StateGraph;
    return runGraph(group, graph, input, new Scope(frame.scope), branch);
  });
  run.history.add(chain, "ParallelStateSucceeded");
  return outputs;
}

/** Runs `count` parts at most `limit` at a time. The first failure stops the others and is thrown. */
async function runAll(
  frame: Frame,
  count: number,
  limit: number,
  runPart: (group: Run, index: number) => Promise<unknown>,
): Promise<unknown[]> {
  const { run, state, chain } = frame;
  const siblings = new AbortController();
  const group = { ...run, signal: anySignal(run.signal, siblings.signal) };
  const outputs: unknown[] = new Array(count);
  let failure: unknown;
  let next = 0;
  const worker = async () => {
    while (next < count && failure === undefined) {
      const index = next++;
      try {
        outputs[index] = await runPart(group, index);
      } catch (error) {
        failure ??= error;
        siblings.abort(new Stopped({ status: "ABORTED" }));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, count) }, worker));
  if (failure === undefined) return outputs;
  if (!(failure instanceof Stopped)) run.history.add(chain, `${state.Type}StateFailed`);
  throw failure;
}
