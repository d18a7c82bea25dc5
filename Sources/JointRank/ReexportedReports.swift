// Reports and progress stand in the signatures here: who imports JointRank needs no second import for them.
@_exported public import Reporting
