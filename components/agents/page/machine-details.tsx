import { Fragment } from "react";
import type { Trace } from "@/lib/agents/schema";

type Machine = NonNullable<Trace["machine"]>;

/** What the state machine's definition fixes for every run. */
export function MachineDetails({ machine }: { machine: Machine }) {
  const { providers } = machine;
  return (
    <details className="mt-3 border-t border-line pt-3">
      <summary className="w-fit rounded-sm text-sm text-ink-3 hover:text-ink">
        What the state machine fixes
      </summary>
      <dl className="mt-2 grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
        {factsOf(machine).map(([name, value]) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ))}
      </dl>
      {providers.length > 0 && (
        <>
          <h4 className="mt-3 text-sm font-medium">Provider map</h4>
          <dl className="mt-1 grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
            {providers.map(({ provider, endpoint, secret_key_name }) => (
              <Fact key={provider} name={provider}>
                <span className="font-mono">{endpoint}</span>
                {secret_key_name && <span className="text-ink-3"> · {secret_key_name}</span>}
              </Fact>
            ))}
          </dl>
        </>
      )}
    </details>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <Fragment>
      <dt className="text-ink-3 wrap-anywhere">{name}</dt>
      <dd className="min-w-0 wrap-anywhere">{children}</dd>
    </Fragment>
  );
}

function factsOf(machine: Machine): [string, string][] {
  const { default_provider, default_model, timeout_seconds, temperature, max_tokens } = machine;
  const byDefault = [default_provider, default_model].filter(Boolean).join(" / ");
  const facts: [string, string | null][] = [
    ["Reads", [machine.agent_name, machine.version].filter(Boolean).join(" ") || null],
    ["Tables", machine.tables.join(", ") || null],
    ["Without a model in the row", byDefault || "fails"],
    ["Bedrock region", machine.bedrock_region],
    ["Secret", machine.secret_path],
    ["Timeout", timeout_seconds === null ? null : `${timeout_seconds} s`],
    ["temperature", temperature === null ? null : String(temperature)],
    ["max_tokens", max_tokens === null ? null : String(max_tokens)],
    ["Routes tools", machine.tools.join(", ") || null],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [[name, value]]));
}
