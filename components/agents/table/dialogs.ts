export { AgentDialogs } from "@/components/agents/switch/agent-question";
export { BulkSwitch } from "@/components/agents/switch/bulk-switch";
