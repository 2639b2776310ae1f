"use client";

import {
  Area,
  AreaChart,
  CartesianGrid,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { ScrollRegion } from "@/components/ui/scroll-region";
import { formatMoney, formatPeriodStart, formatTokensShort } from "@/lib/format";
import type { UsageReport } from "@/lib/usage/schema";
import { type Band, chartOf, type Measure, type Slice } from "./chart-data";

type Props = {
  report: UsageReport;
  measure: Measure;
  label: string;
  /** Called with the key of the clicked group; undefined if there is nothing to open. */
  onOpen?: (key: string) => void;
};

/** Stacked areas by group, with the same figures in a table for screen readers. */
export function UsageChart({ report, measure, label, onOpen }: Props) {
  const { bands, slices } = chartOf(report, measure);
  const format = measure === "cost" ? formatMoney : formatTokensShort;
  const groups = new Set(report.groups.map(({ key }) => key));
  const tick = { fill: "var(--ink-3)", fontSize: 11 };
  return (
    <>
      <div aria-hidden="true" className="h-60 overflow-hidden">
        <ResponsiveContainer width="100%" height="100%">
          <AreaChart
            data={slices}
            accessibilityLayer={false}
            margin={{ top: 8, right: 4, bottom: 0, left: 0 }}
          >
            <CartesianGrid stroke="var(--line)" vertical={false} />
            <XAxis
              dataKey="at"
              tickFormatter={(at: number) => formatPeriodStart(at, report.period_seconds)}
              tick={tick}
              tickLine={false}
              axisLine={{ stroke: "var(--line-strong)" }}
              minTickGap={36}
            />
            <YAxis
              tickFormatter={(value: number) => format(value)}
              tick={tick}
              tickLine={false}
              axisLine={false}
              width={58}
            />
            <Tooltip
              isAnimationActive={false}
              cursor={{ stroke: "var(--ink-3)" }}
              content={({ active, payload }) => {
                // The chart's data are slices.
                const slice = payload?.[0]?.payload as Slice | undefined;
                if (!active || !slice) return null;
                return (
                  <Tip slice={slice} bands={bands} period={report.period_seconds} format={format} />
                );
              }}
            />
            {bands.map(({ key, name, color }, index) => (
              <Area
                key={key}
                name={name}
                dataKey={({ values }: Slice) => values[index] ?? 0}
                stackId="all"
                type="linear"
                isAnimationActive={false}
                stroke={color}
                strokeWidth={1.5}
                fill={color}
                fillOpacity={0.45}
                activeDot={{ r: 3 }}
                cursor={onOpen && groups.has(key) ? "pointer" : undefined}
                onClick={onOpen && groups.has(key) ? () => onOpen(key) : undefined}
              />
            ))}
          </AreaChart>
        </ResponsiveContainer>
      </div>
      <Figures report={report} bands={bands} slices={slices} format={format} label={label} />
    </>
  );
}

type TipProps = { slice: Slice; bands: Band[]; period: number; format: (value: number) => string };

function Tip({ slice, bands, period, format }: TipProps) {
  const total = slice.values.reduce((sum, value) => sum + value, 0);
  return (
    <div className="rounded-md border border-line bg-panel px-2.5 py-2 text-sm shadow-float">
      <p className="mb-1 flex justify-between gap-4 font-medium">
        {formatPeriodStart(slice.at, period)} <span>{format(total)}</span>
      </p>
      {bands.map(({ key, name, color }, index) => (
        <p key={key} className="flex items-center gap-1.5 text-ink-2">
          <span className="size-2 rounded-full" style={{ background: color }} />
          <span className="flex-1">{name}</span>
          <span>{format(slice.values[index] ?? 0)}</span>
        </p>
      ))}
    </div>
  );
}

type FiguresProps = Omit<TipProps, "slice" | "period"> & {
  report: UsageReport;
  slices: Slice[];
  label: string;
};

function Figures({ report, bands, slices, format, label }: FiguresProps) {
  const cell = "px-2 py-1 text-right whitespace-nowrap first:text-left";
  return (
    <details className="mt-1 text-sm">
      <summary className="w-fit rounded-sm text-ink-3 hover:text-ink">Figures by period</summary>
      <ScrollRegion label={`${label}, figures`} className="max-h-72 overflow-auto">
        <table aria-label={label} className="w-full">
          <thead className="sticky top-0 bg-panel text-ink-3">
            <tr>
              <th scope="col" className={cell}>
                From (UTC)
              </th>
              {bands.map(({ key, name }) => (
                <th key={key} scope="col" className={cell}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {slices.map(({ at, values }) => (
              <tr key={at} className="border-t border-line">
                <th scope="row" className={`${cell} font-normal`}>
                  {formatPeriodStart(at, report.period_seconds)}
                </th>
                {bands.map(({ key }, index) => (
                  <td key={key} className={cell}>
                    {format(values[index] ?? 0)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </details>
  );
}
