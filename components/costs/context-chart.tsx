"use client";

import {
  CartesianGrid,
  Legend,
  ResponsiveContainer,
  Scatter,
  ScatterChart,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { formatContextWindow, formatCount, formatMoney, formatProviderName } from "@/lib/format";
import { providerIds } from "@/lib/providers/schema";
import { buildAxis, type Dot, type DotSeries } from "./calculator-rows";
import { colorAt } from "./chart-data";

/** Providers differ by shape too, not only by color. */
const shapes = ["circle", "triangle", "square", "diamond", "cross", "star", "wye"] as const;

const places = new Map<string, number>(providerIds.map((id, index) => [id, index]));
/** Doesn't depend on the filter. Unknown providers share the last shape. */
const placeOf = (provider_id: string) => places.get(provider_id) ?? shapes.length - 1;

/** Monthly cost against context window, one dot per model. */
export function ContextChart({ series }: { series: readonly DotSeries[] }) {
  const dots = series.flatMap((each) => each.dots);
  const tick = { fill: "var(--ink-3)", fontSize: 11 };
  return (
    <div aria-hidden="true" className="h-72 overflow-hidden">
      <ResponsiveContainer width="100%" height="100%">
        <ScatterChart accessibilityLayer={false} margin={{ top: 8, right: 12, bottom: 0, left: 0 }}>
          <CartesianGrid stroke="var(--line)" />
          <XAxis
            type="number"
            dataKey="context"
            scale="log"
            {...buildAxis(dots.map(({ context }) => context))}
            tickFormatter={(tokens: number) => formatContextWindow(tokens)}
            tick={tick}
            tickLine={false}
            axisLine={{ stroke: "var(--line-strong)" }}
          />
          <YAxis
            type="number"
            dataKey="cost"
            scale="log"
            {...buildAxis(dots.map(({ cost }) => cost))}
            tickFormatter={(usd: number) => formatMoney(usd)}
            tick={tick}
            tickLine={false}
            axisLine={false}
            width={70}
          />
          <Tooltip
            isAnimationActive={false}
            cursor={{ stroke: "var(--ink-3)" }}
            content={({ active, payload }) => {
              // The chart's data are dots.
              const dot = payload?.[0]?.payload as Dot | undefined;
              return active && dot ? <Tip dot={dot} /> : null;
            }}
          />
          <Legend
            formatter={(name: string) => <span className="text-sm text-ink-2">{name}</span>}
          />
          {series.map(({ provider_id, dots }) => (
            <Scatter
              key={provider_id}
              name={formatProviderName(provider_id)}
              data={dots}
              shape={shapes[placeOf(provider_id)]}
              legendType={shapes[placeOf(provider_id)]}
              fillOpacity={0.8}
              fill={colorAt(placeOf(provider_id))}
              isAnimationActive={false}
            />
          ))}
        </ScatterChart>
      </ResponsiveContainer>
    </div>
  );
}

function Tip({ dot: { name, context, cost, fits, doubt } }: { dot: Dot }) {
  return (
    <div className="rounded-md border border-line bg-panel px-2.5 py-2 text-sm shadow-float">
      <p className="font-medium">{name}</p>
      <p className="text-ink-2">
        {formatMoney(cost)} a month{doubt && `, ${doubt}`}
      </p>
      <p className="text-ink-2">
        {formatCount(context)} tokens of context{fits ? "" : ": too short for a call"}
      </p>
    </div>
  );
}
