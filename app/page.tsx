import { redirect } from "next/navigation";
import { pages } from "@/lib/paths";

/** The home page is the Models page, which checks the user itself. */
export default function Home() {
  redirect(pages.home());
}
