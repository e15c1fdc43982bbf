using FhirGateway.People;

namespace FhirGateway.Release;

/// <summary>Persons whose resources must be judged anew, because a link, attribution, agreement, opt-out or day changed.</summary>
public interface IReevaluationQueue
{
    /// <summary>Adds a person, from its first resource; one that is under way starts again.</summary>
    void Enqueue(PersonId person);

    /// <summary>The next person and the resource number after which to go on.</summary>
    (PersonId Person, long After)? Next();
    void Advance(PersonId person, long after);
    void Complete(PersonId person);
}
