export { FailureFix } from "@/components/agents/runs/run-failure";
export { PreflightPanel } from "@/components/agents/switch/preflight-panel";
export { TraceCard } from "./trace-card";
export { VersionsCard } from "./versions-card";
