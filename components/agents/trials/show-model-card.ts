import type { AgentKey } from "@/lib/agents/schema";
import { pages } from "@/lib/paths";

/** The most frames to wait until the tab is drawn. */
const maxFrames = 60;

/** Opens the agent's model card, where the choice is checked and saved, and moves the focus there. */
export function showModelCard({ agent_name, version }: AgentKey): void {
  window.history.pushState(null, "", pages.agent(agent_name, version));
  focusCard(maxFrames);
}

function focusCard(framesLeft: number): void {
  const card = document.querySelector<HTMLElement>('section[aria-label="Model"]');
  if (card?.checkVisibility()) {
    card.tabIndex = -1;
    card.focus();
    card.scrollIntoView({ block: "nearest" });
  } else if (framesLeft > 0) requestAnimationFrame(() => focusCard(framesLeft - 1));
}
