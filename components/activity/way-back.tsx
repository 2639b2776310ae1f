import { Button } from "@/components/ui/form/button";
import type { ActivityEvent } from "@/lib/activity/schema";

/** What created a thing is taken back by retiring it; a key goes back by its own button alone. */
export function canRollBack({ outcome, before, entity }: ActivityEvent): boolean {
  const { kind } = entity;
  const isKept = kind === "model" || kind === "agent" || kind === "budget";
  return outcome === "done" && before !== null && isKept;
}

/** What is gone may have no page of its own to bring it back from: Activity itself offers it. */
export function canRestore(event: ActivityEvent): boolean {
  return event.after === null && canRollBack(event);
}

type RollbackButtonProps = { event: ActivityEvent; onRollBack: (event: ActivityEvent) => void };

/** Opens the question of an event's rollback. */
export function RollbackButton({ event, onRollBack }: RollbackButtonProps) {
  return (
    <Button size="sm" onClick={() => onRollBack(event)}>
      {event.after === null ? "Bring back" : "Roll back"}
    </Button>
  );
}
