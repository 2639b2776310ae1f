"use client";

import {
  Bar,
  BarChart,
  CartesianGrid,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { formatCount, formatPeriodStart } from "@/lib/format";
import type { HealthMark, HealthSlice } from "./chart-data";

type Props = { slices: readonly HealthSlice[]; marks: readonly HealthMark[]; period: number };

const bars = [
  { key: "succeeded", name: "Succeeded", color: "var(--good)" },
  { key: "failed", name: "Failed", color: "var(--bad)" },
  { key: "aborted", name: "Stopped", color: "var(--ink-3)" },
] as const;

/** Stacked bars by outcome, with a numbered line for each change. The table has the same figures. */
export function HealthChart({ slices, marks, period }: Props) {
  const tick = { fill: "var(--ink-3)", fontSize: 11 };
  return (
    <div aria-hidden="true" className="h-48 overflow-hidden">
      <ResponsiveContainer width="100%" height="100%">
        <BarChart
          data={[...slices]}
          accessibilityLayer={false}
          barCategoryGap={1}
          margin={{ top: 16, right: 4, bottom: 0, left: 0 }}
        >
          <CartesianGrid stroke="var(--line)" vertical={false} />
          <XAxis
            dataKey="at"
            tickFormatter={(at: number) => formatPeriodStart(at, period)}
            tick={tick}
            tickLine={false}
            axisLine={{ stroke: "var(--line-strong)" }}
            minTickGap={36}
          />
          <YAxis allowDecimals={false} tick={tick} tickLine={false} axisLine={false} width={34} />
          <Tooltip
            isAnimationActive={false}
            cursor={{ fill: "var(--sunken)" }}
            content={({ active, payload }) => {
              // The chart's data are slices.
              const slice = payload?.[0]?.payload as HealthSlice | undefined;
              return active && slice ? <Tip slice={slice} marks={marks} period={period} /> : null;
            }}
          />
          {bars.map(({ key, name, color }) => (
            <Bar
              key={key}
              name={name}
              dataKey={key}
              stackId="runs"
              fill={color}
              fillOpacity={key === "succeeded" ? 0.75 : 1}
              isAnimationActive={false}
            />
          ))}
          {marks.map(({ number, slice }) => (
            <ReferenceLine
              key={number}
              x={slice}
              stroke="var(--accent)"
              strokeDasharray="3 3"
              label={{ value: number, position: "top", fill: "var(--ink-2)", fontSize: 11 }}
            />
          ))}
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}

type TipProps = { slice: HealthSlice; marks: readonly HealthMark[]; period: number };

function Tip({ slice, marks, period }: TipProps) {
  return (
    <div className="max-w-72 rounded-md border border-line bg-panel px-2.5 py-2 text-sm shadow-float">
      <p className="mb-1 font-medium">{formatPeriodStart(slice.at, period)} UTC</p>
      {bars.map(({ key, name, color }) => (
        <p key={key} className="flex items-center gap-1.5 text-ink-2">
          <span className="size-2 rounded-full" style={{ background: color }} />
          <span className="flex-1">{name}</span>
          <span>{formatCount(slice[key])}</span>
        </p>
      ))}
      {marks
        .filter((mark) => mark.slice === slice.at)
        .map(({ number, what }) => (
          <p key={number} className="mt-1 wrap-anywhere">
            {number}. {what}
          </p>
        ))}
    </div>
  );
}
