import { Fragment } from "react";
import { CallCost, CallPrices } from "@/components/prices/call-cost";
import { formatCount, formatDuration, formatMoney } from "@/lib/format";
import { modelPk } from "@/lib/models/schema";
import type { ModelCall } from "@/lib/runs/schema";

/** What each model call of a run took and cost. */
export function ModelCalls({ calls }: { calls: readonly ModelCall[] }) {
  if (calls.length === 0) return <p className="text-ink-3">No model was called.</p>;
  return (
    <ol className="flex flex-col gap-2">
      {calls.map((call, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: calls are only appended
        <li key={index} className="min-w-0">
          <p className="flex flex-wrap items-baseline justify-between gap-x-3">
            <span className="font-mono text-sm wrap-anywhere">
              {call.model_id ?? "model not recorded"}
            </span>
            <span className="text-right tabular-nums">
              <Cost call={call} />
              <CallPrices of={call} />
            </span>
          </p>
          <p className="text-sm text-ink-3 tabular-nums">
            {callFacts(call).map((fact, at) => (
              <Fragment key={fact}>
                {at > 0 && " · "}
                {fact}
              </Fragment>
            ))}
          </p>
        </li>
      ))}
    </ol>
  );
}

function Cost({ call }: { call: ModelCall }) {
  const { provider, model_id, cost_usd, input_tokens, failed } = call;
  if (failed) return "failed";
  if (cost_usd === null) return input_tokens === null ? "–" : formatMoney(null);
  // The cost is known only if the history names the model.
  const pk = modelPk({ provider: provider ?? "", model_id: model_id ?? "" });
  return <CallCost usd={cost_usd} pk={pk} note="At the price in force then." />;
}

function callFacts(call: ModelCall): string[] {
  const { input_tokens, output_tokens, latency_ms, stop_reason } = call;
  const tokens = (count: number | null) => (count === null ? "?" : formatCount(count));
  const isCounted = input_tokens !== null || output_tokens !== null;
  return [
    ...(latency_ms === null ? [] : [formatDuration(latency_ms)]),
    isCounted ? `${tokens(input_tokens)} in, ${tokens(output_tokens)} out` : "no tokens reported",
    ...(stop_reason === null ? [] : [stop_reason]),
  ];
}
