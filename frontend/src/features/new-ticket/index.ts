export { begunBy, forgetBegun } from "./kept";
