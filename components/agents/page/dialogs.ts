export { AgentDialogs } from "@/components/agents/switch/agent-question";
export { AgentTest } from "./agent-test";
export { PromptForm } from "./prompt-form";
