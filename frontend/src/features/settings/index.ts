export { useStepUp } from "./parts/step-up";
