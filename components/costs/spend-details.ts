export { SpendNotes } from "./spend-notes";
export { UsageChart } from "./usage-chart";
