import { anySignal } from "../any-signal";
import type { JsonObject } from "../json";
import { evaluateAs, evaluateField } from "./expressions";
import { RuntimeFailure, StateFailure } from "./failure";
import { payload } from "./history";
import type { Integration } from "./integrations";
import { assertSize, bindingsOf, type Frame, orStopped } from "./run";

/** Calls a Task state's resource. @returns its result @throws StateFailure, RuntimeFailure */
export async function runTask(frame: Frame): Promise<unknown> {
  const { run, state, chain } = frame;
  const { Resource = "", Arguments, TimeoutSeconds } = state;
  const bindings = bindingsOf(frame);
  const input =
    Arguments === undefined ? frame.input : await evaluateField(Arguments, "Arguments", bindings);
  const timeout =
    TimeoutSeconds === undefined
      ? undefined
      : Number(await evaluateAs("number", TimeoutSeconds, "TimeoutSeconds", bindings));
  const integration = run.integrations.find(Resource);
  if (!integration)
    throw new RuntimeFailure(
      "States.Runtime",
      `The resource '${Resource}' is not available on the local Step Functions.`,
    );
  assertSize(input, integration.resourceType);
  const error = integration.errorOf?.(input);
  if (error)
    throw new RuntimeFailure(
      "States.Runtime",
      `The Parameters '${JSON.stringify(input)}' could not be used to start the Task: [${error}]`,
    );
  const events = eventsOf(frame, integration);
  run.history.add(chain, ...events.scheduled(input, timeout));
  run.history.add(chain, ...events.started());
  try {
    const result = await callWithin(frame, integration, input, timeout);
    assertSize(result, integration.resourceType);
    run.history.add(chain, ...events.succeeded(result));
    return result;
  } catch (error) {
    if (!(error instanceof StateFailure)) throw error;
    const isTimeout = error.error === "States.Timeout" && error.cause === undefined;
    run.history.add(chain, ...events.failed(isTimeout ? "TimedOut" : "Failed", error));
    throw error;
  }
}

async function callWithin(
  { run, name }: Frame,
  integration: Integration,
  input: unknown,
  timeout: number | undefined,
): Promise<unknown> {
  const expired = timeout === undefined ? [] : [AbortSignal.timeout(timeout * 1000)];
  const signal = anySignal(run.signal, ...expired);
  try {
    return await orStopped({ signal }, () =>
      integration.call(input, { signal, clock: run.clock, state: name }),
    );
  } catch (error) {
    if (expired[0]?.aborted && !run.signal.aborted)
      throw new StateFailure("States.Timeout", undefined);
    throw error;
  }
}

type Event = [type: string, details?: [member: string, value: JsonObject]];

/** The events of a call: Task…, LambdaFunction… or Activity…, each with AWS's details. */
function eventsOf({ run, state }: Frame, { family, resourceType, resource }: Integration) {
  const prefix = family.charAt(0).toLowerCase() + family.slice(1);
  const isTask = family === "Task";
  const target = isTask ? { resourceType, resource } : {};
  const event = (suffix: string, details: JsonObject): Event => [
    family + suffix,
    [`${prefix}${suffix}EventDetails`, { ...target, ...details }],
  ];
  return {
    scheduled: (input: unknown, timeout: number | undefined): Event =>
      event("Scheduled", {
        ...(isTask
          ? { region: run.region, parameters: JSON.stringify(input) }
          : { resource: state.Resource, ...payload("input", input) }),
        ...(timeout !== undefined && { timeoutInSeconds: timeout }),
      }),
    started: (): Event =>
      family === "LambdaFunction" ? ["LambdaFunctionStarted"] : event("Started", {}),
    succeeded: (result: unknown): Event => event("Succeeded", payload("output", result)),
    failed: (suffix: string, { error, cause }: StateFailure): Event =>
      event(suffix, { error, ...(cause !== undefined && { cause }) }),
  };
}
