export { LastRunNote } from "@/components/agents/runs/last-run-note";
export { PreflightPanel } from "@/components/agents/switch/preflight-panel";
export { TraceCard } from "./trace-card";
export { VersionsCard } from "./versions-card";
